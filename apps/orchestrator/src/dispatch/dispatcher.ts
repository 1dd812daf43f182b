import { randomUUID } from 'node:crypto';
import { type TaskId } from '@baton/contracts';
import { type Assignment, type Plan } from '@baton/engine';
import {
  type ClaimedAttempt,
  claimTasks,
  loadSpawnedResults,
  type NewTask,
  type RejectedTask,
  type SpawnedResults,
} from '@baton/persistence';
import { Alarm } from './alarm';
import { type Backlog } from './backlog';
import { Courier, type CourierEvents, type Sending, SPAWNED_BYTES } from './courier';
import { type Desk } from './desk';
import { type Following, mayFollow } from './following';
import { giveFirstAttempts, type TasksWithAttempts } from './first-attempts';
import { type Held } from './held-attempts';
import { rejectDegraded } from './reject';
import { recallSpreads } from './recall-spreads';
import { reroute } from './reroute';

/** Tasks claimed in one statement at most. */
const CLAIM_AT_ONCE = 500;

export interface DispatchEvents extends CourierEvents {
  claimed(attempts: readonly Held[]): void;
  /** Committed: these will not be given to anybody. */
  rejected(tasks: readonly RejectedTask[]): void;
}

/**
 * Pairs ready tasks with free slots, claims them in the database, and only then sends what was really claimed.
 * One turn at a time; what becomes ready meanwhile is planned in the next turn (natural batching).
 */
export class Dispatcher {
  private readonly courier: Courier;
  private running: Promise<void> | undefined;
  private again = false;
  private opened = false;
  private stopped = false;
  private readonly alarm = new Alarm(() => this.wake());

  constructor(
    private readonly desk: Desk,
    private readonly backlog: Backlog,
    private readonly events: DispatchEvents,
  ) {
    this.courier = new Courier(desk, events);
  }

  /** The agents are known: before that nobody could tell what can go, nor what never will. */
  open(): void {
    this.opened = true;
    this.wake();
  }

  /** Something changed that may let a task go: look soon. Cheap to call. */
  wake(): void {
    this.again = true;
    if (this.stopped || !this.opened) return;
    this.running ??= this.turns().finally(() => (this.running = undefined));
  }

  /** Gives tasks that are about to be stored to agents, where they need not wait; undefined: all have to. */
  giveAtOnce(tasks: readonly NewTask[], following: Following = NOBODY): TasksWithAttempts | undefined {
    const mayPlace = !this.stopped && this.desk.bus.connected;
    if (!mayPlace && following.size === 0) return undefined;
    return giveFirstAttempts(
      this.desk,
      { tasks, following },
      {
        isClear: (capability) => mayPlace && this.backlog.isClear(capability),
        sendable: (sendings) => this.dispatch(sendings),
        failed: (error) => this.events.failed(error),
      },
    );
  }

  /** See `mayFollow`. */
  mayFollow(taskId: TaskId): boolean {
    if (this.stopped || !this.desk.bus.connected) return false;
    return mayFollow(this.desk, taskId, (capability) => this.backlog.mayWait(capability));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.alarm.stop();
    await this.running;
  }

  private async turns(): Promise<void> {
    await Promise.resolve();
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        // Without a broker nothing could be delivered; its return wakes this up.
        if (this.desk.bus.connected) await this.turn();
      }
    } catch (error) {
      this.events.failed(error);
    }
  }

  private nowMs(): number {
    return this.desk.database.now().getTime();
  }

  private async turn(): Promise<void> {
    await this.backlog.refill();
    const { spreads } = this.desk.scheduler;
    if (spreads.unknown.size > 0) await recallSpreads(this.desk.database, spreads);
    const plannedMs = this.nowMs();
    const plan = this.desk.scheduler.plan(CLAIM_AT_ONCE, plannedMs);
    if (plan.nextAtMs !== undefined) this.alarm.set(plan.nextAtMs - plannedMs);
    if (await this.turnAway(plan)) this.again = true;
    if (plan.assignments.length === 0) {
      // What was read last may all be blocked by its keys: behind it there may be more.
      this.again ||= this.backlog.hungry;
      return;
    }
    this.again = true;
    const claimed = await this.claim(plan.assignments);
    for (const { held } of claimed) this.desk.scheduler.confirmStart(held.holding, plannedMs, this.nowMs());
    this.dispatch(claimed);
  }

  /** What is committed is sent, also when the term has just ended: the next one finds it with its agent. */
  private dispatch(sendings: readonly Sending[]): void {
    if (!this.stopped) this.events.claimed(sendings.map(({ held }) => held));
    this.courier.send(sendings);
  }

  /** What will not be given to anybody as it is. True: there was such a task. */
  private async turnAway({ reroutes, degraded }: Plan): Promise<boolean> {
    if (reroutes.length > 0) await reroute(this.desk, this.backlog, reroutes);
    if (degraded.length > 0) this.events.rejected(await rejectDegraded(this.desk, degraded));
    return reroutes.length + degraded.length > 0;
  }

  private async claim(assignments: readonly Assignment[]): Promise<Sending[]> {
    const planned = new Map(assignments.map((assignment) => [assignment.task.id, assignment]));
    const claims = assignments.map(({ task, agentId, choice }) => {
      const why = choice.candidates.length > 1 ? JSON.stringify({ why: choice }) : null;
      return { taskId: task.id, agentId, token: randomUUID(), why };
    });
    try {
      const rows = await claimTasks(this.desk.database, this.desk.epoch, claims);
      const spawned = await this.spawnedOf(rows);
      return rows.map((row) => {
        const assignment = planned.get(row.id) as Assignment;
        planned.delete(row.id);
        return this.hold(row, assignment, spawned.get(row.id));
      });
    } finally {
      // What was not claimed was canceled, or taken before: its slot is free again.
      for (const { task, agentId } of planned.values()) this.desk.scheduler.release(agentId, task);
    }
  }

  /** Of tasks that go on after what they spawned. */
  private async spawnedOf(rows: readonly ClaimedAttempt[]): Promise<ReadonlyMap<string, SpawnedResults>> {
    const parents = rows.filter(({ batches }) => batches !== null);
    if (parents.length === 0) return NONE;
    return loadSpawnedResults(
      this.desk.database,
      parents.map(({ id }) => id),
      SPAWNED_BYTES,
    );
  }

  private hold(row: ClaimedAttempt, { task }: Assignment, spawned?: SpawnedResults): Sending {
    const { input, ...rest } = row;
    const held: Held = {
      row: rest,
      state: 'assigned',
      holding: task,
      sentAt: performance.now(),
      missedBeats: 0,
    };
    this.desk.held.add(held);
    return { held, input, spawned };
  }
}

const NOBODY: Following = new Map();
const NONE: ReadonlyMap<string, SpawnedResults> = new Map();
