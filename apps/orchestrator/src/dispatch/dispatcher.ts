import { randomUUID } from 'node:crypto';
import { type AttemptToken, MeshError, taskAssigned } from '@baton/contracts';
import { type Outgoing, routes } from '@baton/bus';
import { type Assignment } from '@baton/engine';
import { type ClaimedAttempt, claimTasks, readTaskOptions } from '@baton/persistence';
import { type Backlog } from './backlog';
import { type Desk } from './desk';
import { type Held } from './held-attempts';
import { reroute } from './reroute';

/** Tasks claimed in one statement at most. */
const CLAIM_AT_ONCE = 500;

export interface DispatchEvents {
  claimed(attempts: readonly Held[]): void;
  /** The agent's inbox is not there: these attempts never arrived. */
  undelivered(agentId: string, attempts: readonly Held[]): void;
  /** The wire will never take this one. */
  unsendable(attempt: Held, reason: string): void;
  failed(error: unknown): void;
}

/**
 * Pairs ready tasks with free slots, claims them in the database, and only then sends what was really claimed.
 * One turn at a time; what becomes ready meanwhile is planned in the next turn (natural batching).
 */
export class Dispatcher {
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly desk: Desk,
    private readonly backlog: Backlog,
    private readonly events: DispatchEvents,
  ) {}

  /** Something changed that may let a task go: look soon. Cheap to call. */
  wake(): void {
    this.again = true;
    if (this.stopped) return;
    this.running ??= this.turns().finally(() => (this.running = undefined));
  }

  async stop(): Promise<void> {
    this.stopped = true;
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

  private async turn(): Promise<void> {
    await this.backlog.refill();
    const { assignments, reroutes } = this.desk.scheduler.plan(CLAIM_AT_ONCE, Date.now());
    if (assignments.length + reroutes.length === 0) return;
    this.again = true;
    if (reroutes.length > 0) await reroute(this.desk, this.backlog, reroutes);
    if (assignments.length === 0) return;
    const claimed = await this.claim(assignments);
    this.events.claimed(claimed.map(({ held }) => held));
    this.send(claimed);
  }

  private async claim(assignments: readonly Assignment[]): Promise<Sending[]> {
    const planned = new Map(assignments.map((assignment) => [assignment.task.id, assignment]));
    const claims = assignments.map(({ task, agentId, choice }) => {
      const why = choice.candidates.length > 1 ? JSON.stringify({ why: choice }) : null;
      return { taskId: task.id, agentId, token: randomUUID(), why };
    });
    try {
      const rows = await claimTasks(this.desk.database, this.desk.epoch, claims);
      return rows.map((row) => {
        const assignment = planned.get(row.id) as Assignment;
        planned.delete(row.id);
        return this.hold(row, assignment);
      });
    } finally {
      // What was not claimed was canceled, or taken before: its slot is free again.
      for (const { task, agentId } of planned.values()) this.desk.scheduler.release(agentId, task);
    }
  }

  private hold(row: ClaimedAttempt, { task }: Assignment): Sending {
    const { input, ...rest } = row;
    const held: Held = {
      row: rest,
      state: 'assigned',
      holding: task,
      sentAt: performance.now(),
      missedBeats: 0,
    };
    this.desk.held.add(held);
    return { held, input };
  }

  private send(claimed: readonly Sending[]): void {
    const byAgent = new Map<string, Sending[]>();
    for (const sending of claimed) {
      const ofAgent = byAgent.get(sending.held.row.agentId);
      if (ofAgent) ofAgent.push(sending);
      else byAgent.set(sending.held.row.agentId, [sending]);
    }
    for (const [agentId, sendings] of byAgent) {
      for (const parcel of parcels(sendings)) {
        void this.deliver(agentId, parcel).catch((error: unknown) => this.events.failed(error));
      }
    }
  }

  private async deliver(agentId: string, sendings: readonly Sending[]): Promise<void> {
    const attempts = sendings.map(({ held }) => held);
    try {
      const outcome = await this.desk.bus.publish(routes.inbox(agentId), sendings.map(assignedMessage), {
        mandatory: true,
      });
      if (outcome !== 'sent') this.events.undelivered(agentId, attempts);
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      if (error.code !== 'MESSAGE_INVALID') return this.events.undelivered(agentId, attempts);
      await this.deliverSingly(agentId, sendings, error.message);
    }
  }

  /** One message that the wire refuses must not keep the others. */
  private async deliverSingly(agentId: string, sendings: readonly Sending[], reason: string): Promise<void> {
    const [only, ...others] = sendings;
    if (only && others.length === 0) return this.events.unsendable(only.held, reason);
    for (const sending of sendings) await this.deliver(agentId, [sending]);
  }
}

interface Sending {
  readonly held: Held;
  readonly input: string;
}

/** A message to an agent carries inputs up to about this size together; well under what the wire allows. */
const PARCEL_BYTES = 2 * 1024 * 1024;

function parcels(sendings: readonly Sending[]): Sending[][] {
  const all: Sending[][] = [];
  let room = 0;
  for (const sending of sendings) {
    const bytes = Buffer.byteLength(sending.input);
    if (bytes > room || all.length === 0) {
      all.push([]);
      room = PARCEL_BYTES;
    }
    all.at(-1)?.push(sending);
    room -= bytes;
  }
  return all;
}

/** Written by hand: the input is passed on as the text it is stored as. */
function assignedMessage({ held: { row }, input }: Sending): Outgoing {
  const { metadata } = readTaskOptions(row.options);
  const head = {
    taskId: row.id,
    attempt: row.attempt,
    token: row.token satisfies AttemptToken,
    capability: row.capability,
    timeoutMs: row.timeoutMs,
    ...(metadata ? { metadata } : {}),
  };
  const dataJson = `${JSON.stringify(head).slice(0, -1)},"input":${input}}`;
  return {
    kind: taskAssigned,
    dataJson,
    subject: row.id,
    ...(row.traceparent ? { traceparent: row.traceparent } : {}),
  };
}
