import { type Fits } from './agent-choice';
import { goesBefore, ReadyQueue, type ReadyTask } from './ready-queue';

/** Tasks of a line that ask for the same. They go one behind the other: only the first is looked at. */
export class ReadyLane {
  readonly waiting = new ReadyQueue();
  /** The first, when it stands in the line; the others wait behind it. */
  head: ReadyTask | undefined;
  /** A key is full: none of them stands in the line until it opens. */
  parked = false;

  constructor(
    readonly line: ReadyLine,
    readonly key: string,
  ) {}

  get size(): number {
    return this.waiting.size + (this.head ? 1 : 0);
  }
}

/** Tasks that the same agents can take. When the first cannot go for want of an agent, none of them can. */
export class ReadyLine {
  /** Those without a lane, and the first of each lane that is not parked. */
  readonly open = new ReadyQueue();
  readonly lanes = new Map<string, ReadyLane>();
  /** The last plan found no agent for what its tasks ask for beyond their capability. */
  blocked = false;
  /** What the scheduler counted of changes when it found that nobody is left for the spread key. */
  stuckAt = -1;

  constructor(
    readonly capability: string,
    readonly key: string,
    readonly fits: Fits | undefined,
    /** Of all tasks in it. */
    readonly spreadKey: string | null = null,
  ) {}

  get isEmpty(): boolean {
    return this.open.size === 0 && this.lanes.size === 0;
  }

  /** Tasks in its lanes that are not parked. */
  get unparked(): number {
    let count = 0;
    for (const lane of this.lanes.values()) if (!lane.parked) count += lane.size;
    return count;
  }

  lane(key: string): ReadyLane {
    let lane = this.lanes.get(key);
    if (!lane) this.lanes.set(key, (lane = new ReadyLane(this, key)));
    return lane;
  }

  /** Into its lane; to the front of it when it goes before the others. */
  enter(lane: ReadyLane, task: ReadyTask): void {
    if (lane.parked || (lane.head && !goesBefore(task, lane.head))) return lane.waiting.add(task);
    if (lane.head) {
      this.open.remove(lane.head.id);
      lane.waiting.add(lane.head);
    }
    lane.head = task;
    this.open.add(task);
  }

  /** The head has left the line: the next of its lane takes its place. */
  advance(lane: ReadyLane): void {
    lane.head = lane.waiting.pop();
    if (lane.head) this.open.add(lane.head);
    else this.lanes.delete(lane.key);
  }

  /** Takes the lane, whose head is the first of the line, out of it until `unpark`. */
  park(lane: ReadyLane): void {
    lane.waiting.add(this.open.pop() as ReadyTask);
    [lane.head, lane.parked] = [undefined, true];
  }

  unpark(lane: ReadyLane): void {
    lane.parked = false;
    this.advance(lane);
  }
}
