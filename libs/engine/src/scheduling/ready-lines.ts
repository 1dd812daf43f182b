import { type ReadyLane, ReadyLine } from './ready-line';
import { type ReadyTask } from './ready-queue';
import { type SpreadBook } from './spread-book';
import { fitKey, fitsOf, isPlain } from './task-fit';

interface CapabilityLines {
  readonly plain: ReadyLine;
  readonly others: Map<string, ReadyLine>;
  ready: number;
  /** Of these, in lanes that are parked. */
  parked: number;
}

/**
 * All ready tasks in memory, by capability, by the agents that can take them, and by the keys they wait for. What cannot
 * go is set aside as a whole, so that it costs nothing to those behind it, however many there are.
 */
export class ReadyLines {
  private readonly capabilities = new Map<string, CapabilityLines>();
  /** Tasks in lanes, by id. */
  private readonly laned = new Map<string, ReadyLane>();
  private readonly waitingForKey = new Map<string, Set<ReadyLane>>();
  private readonly waitingForTime = new Map<ReadyLane, number>();

  constructor(private readonly spreads: SpreadBook) {}

  /** The same task again changes nothing. */
  add(task: ReadyTask): void {
    if (this.laned.has(task.id)) return;
    const lines = this.linesOf(task.capability);
    const line = this.lineIn(lines, task);
    const before = line.open.size;
    if (task.lane === null) {
      line.open.add(task);
      lines.ready += line.open.size - before;
      return;
    }
    const lane = line.lane(task.lane);
    this.laned.set(task.id, lane);
    line.enter(lane, task);
    lines.ready += 1;
    if (lane.parked) lines.parked += 1;
  }

  /** Forgets a task that has not gone. False: it is not here. */
  remove(taskId: string): boolean {
    const lane = this.laned.get(taskId);
    if (lane) return this.removeLaned(lane, taskId);
    for (const lines of this.capabilities.values()) {
      for (const line of [lines.plain, ...lines.others.values()]) {
        if (!line.open.remove(taskId)) continue;
        lines.ready -= 1;
        this.dropEmpty(line);
        return true;
      }
    }
    return false;
  }

  /** Lines with a task that may be looked at: a plan begins. */
  open(): ReadyLine[] {
    const open: ReadyLine[] = [];
    for (const { plain, others } of this.capabilities.values()) {
      if (plain.open.size > 0) open.push(plain);
      for (const line of others.values()) {
        line.blocked = false;
        if (line.open.size > 0) open.push(line);
      }
    }
    return open;
  }

  /** The first task of the line goes; there is one. */
  shift(line: ReadyLine): void {
    const task = line.open.pop() as ReadyTask;
    this.linesOf(line.capability).ready -= 1;
    if (task.lane !== null) this.leaveLane(task);
    if (line.isEmpty) this.dropEmpty(line);
  }

  /** The first task of the line waits for its key, and so do those behind it in its lane. */
  parkForKey(line: ReadyLine, task: ReadyTask): void {
    const lane = this.park(line, task);
    const key = task.concurrencyKey as string;
    const waiting = this.waitingForKey.get(key) ?? new Set();
    this.waitingForKey.set(key, waiting.add(lane));
  }

  parkUntil(line: ReadyLine, task: ReadyTask, atMs: number): void {
    this.waitingForTime.set(this.park(line, task), atMs);
  }

  /** The key may have room: its lanes are looked at again. */
  keyFreed(key: string): void {
    const lanes = this.waitingForKey.get(key);
    if (!lanes) return;
    this.waitingForKey.delete(key);
    for (const lane of lanes) this.unpark(lane);
  }

  timePassed(nowMs: number): void {
    for (const [lane, atMs] of this.waitingForTime) {
      if (atMs > nowMs) continue;
      this.waitingForTime.delete(lane);
      this.unpark(lane);
    }
  }

  /** When the next lane that waits for a time opens; undefined: none does. */
  get nextAtMs(): number | undefined {
    let next: number | undefined;
    for (const atMs of this.waitingForTime.values()) next = Math.min(next ?? Infinity, atMs);
    return next;
  }

  ready(capability: string): number {
    return this.capabilities.get(capability)?.ready ?? 0;
  }

  /** Of the ready tasks, those that the last plan did not find blocked by what they ask for beyond their capability. */
  unblocked(capability: string): number {
    const lines = this.capabilities.get(capability);
    if (!lines) return 0;
    let count = lines.ready - lines.parked;
    for (const line of lines.others.values()) if (line.blocked) count -= line.unparked;
    return count;
  }

  total(): number {
    let total = 0;
    for (const { ready } of this.capabilities.values()) total += ready;
    return total;
  }

  /** Tasks of a lane that are here. */
  inLane(capability: string, key: string): number {
    let count = 0;
    for (const line of this.linesIn(capability)) count += line.lanes.get(key)?.size ?? 0;
    return count;
  }

  /** Lanes of which nothing can go as the last plan found it. */
  closedLanes(capability: string): Set<string> {
    const closed = new Set<string>();
    for (const line of this.linesIn(capability)) {
      for (const lane of line.lanes.values()) if (lane.parked || line.blocked) closed.add(lane.key);
    }
    return closed;
  }

  private park(line: ReadyLine, task: ReadyTask): ReadyLane {
    const lane = this.laned.get(task.id) as ReadyLane;
    line.park(lane);
    this.linesOf(line.capability).parked += lane.size;
    return lane;
  }

  private unpark(lane: ReadyLane): void {
    this.linesOf(lane.line.capability).parked -= lane.size;
    lane.line.unpark(lane);
  }

  private leaveLane(task: ReadyTask): void {
    const lane = this.laned.get(task.id) as ReadyLane;
    this.laned.delete(task.id);
    lane.line.advance(lane);
  }

  private removeLaned(lane: ReadyLane, taskId: string): true {
    const { line } = lane;
    const lines = this.linesOf(line.capability);
    this.laned.delete(taskId);
    lines.ready -= 1;
    if (lane.parked) lines.parked -= 1;
    if (lane.head?.id === taskId) {
      line.open.remove(taskId);
      line.advance(lane);
    } else lane.waiting.remove(taskId);
    if (lane.size === 0) this.dropLane(lane);
    this.dropEmpty(line);
    return true;
  }

  private dropLane(lane: ReadyLane): void {
    lane.line.lanes.delete(lane.key);
    this.waitingForTime.delete(lane);
    for (const [key, lanes] of this.waitingForKey)
      if (lanes.delete(lane) && lanes.size === 0) this.waitingForKey.delete(key);
  }

  private dropEmpty(line: ReadyLine): void {
    if (!line.isEmpty || !this.capabilities.get(line.capability)?.others.delete(line.key)) return;
    if (line.spreadKey !== null) this.spreads.leave(line.spreadKey);
  }

  private linesIn(capability: string): ReadyLine[] {
    const lines = this.capabilities.get(capability);
    return lines ? [lines.plain, ...lines.others.values()] : [];
  }

  private linesOf(capability: string): CapabilityLines {
    let lines = this.capabilities.get(capability);
    if (!lines) {
      lines = { plain: new ReadyLine(capability, '', undefined), others: new Map(), ready: 0, parked: 0 };
      this.capabilities.set(capability, lines);
    }
    return lines;
  }

  private lineIn(lines: CapabilityLines, task: ReadyTask): ReadyLine {
    if (isPlain(task)) return lines.plain;
    const key = fitKey(task);
    const known = lines.others.get(key);
    if (known) return known;
    const { capability, spreadKey } = task;
    const line = new ReadyLine(capability, key, fitsOf(task, this.spreads), spreadKey);
    lines.others.set(key, line);
    if (spreadKey !== null) this.spreads.enter(spreadKey);
    return line;
  }
}
