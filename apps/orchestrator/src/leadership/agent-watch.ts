import { type AgentHeartbeat, type AgentPresence, type AgentSeen, taskCanceled } from '@baton/contracts';
import { outgoing, routes } from '@baton/bus';
import { type AttemptEnd } from '@baton/engine';
import { loadPresentAgents } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { type Held } from '../dispatch/held-attempts';
import { type AttemptReport } from '../results/attempt-report';

export interface AgentWatchEvents {
  /** The brain itself ends an attempt. */
  ended(report: AttemptReport): void;
  /** Slots or agents changed: something may go now. */
  changed(): void;
  failed(error: unknown): void;
}

/** The table is read soon when a stranger beats, but no more often than this. */
const RELOAD_AFTER_MS = 20;
const RELOAD_EVERY_MS = 300;

/** Keeps the pool of agents true and gives the work of those that are gone to others. */
export class AgentWatch {
  private reloading: NodeJS.Timeout | undefined;
  private loadedAt = -Infinity;
  /** Agents that were offered nothing more because their inbox was away: a beat brings them back. */
  private readonly resting = new Map<string, AgentSeen>();

  constructor(
    private readonly desk: Desk,
    private readonly events: AgentWatchEvents,
  ) {}

  stop(): void {
    clearTimeout(this.reloading);
  }

  /** Reads who is there. Agents the table no longer shows are gone. */
  async load(): Promise<void> {
    this.loadedAt = performance.now();
    const present = await loadPresentAgents(this.desk.database);
    const ids = new Set(present.map((agent) => agent.agentId as string));
    const { pool } = this.desk.scheduler;
    for (const agent of present) {
      // Its own word may be newer than the table's.
      const draining = agent.draining || pool.get(agent.agentId)?.agent.draining === true;
      this.desk.scheduler.upsertAgent({ ...agent, draining });
    }
    const absent = new Set([...pool.all().map(({ agent }) => agent.agentId as string), ...this.desk.held.busyAgents()]);
    for (const agentId of absent) if (!ids.has(agentId)) this.gone(agentId, 'not registered any more');
    this.events.changed();
  }

  presence({ agentId, what, reason, agent }: AgentPresence): void {
    if (what === 'lost' || what === 'deregistered') return this.gone(agentId, reason ?? what);
    if (agent) this.desk.scheduler.upsertAgent(agent);
    this.events.changed();
  }

  /** The AMQP user it registered with; nothing is known of agents that are not in the pool. */
  ownerOf(agentId: string): string | null | undefined {
    return (this.desk.scheduler.pool.get(agentId)?.agent ?? this.resting.get(agentId))?.amqpUser;
  }

  /** The agent itself knows best whether it wants more. */
  beat({ agentId, draining, state }: AgentHeartbeat): void {
    const offered = this.desk.scheduler.pool.get(agentId)?.agent;
    const known = offered ?? this.resting.get(agentId);
    if (!known || (offered && known.draining === draining && known.state === state)) return;
    this.resting.delete(agentId);
    this.desk.scheduler.upsertAgent({ ...known, draining, state });
    this.events.changed();
  }

  /** Somebody beats whom the pool does not have: the table tells who it is. */
  stranger(): void {
    const inMs = Math.max(RELOAD_AFTER_MS, this.loadedAt + RELOAD_EVERY_MS - performance.now());
    this.reloading ??= setTimeout(() => {
      this.reloading = undefined;
      this.load().catch((error: unknown) => this.events.failed(error));
    }, inMs);
  }

  /** Everything the agent had is given to others; its late results are fenced by their tokens (I3). */
  gone(agentId: string, reason: string): void {
    const { held, scheduler, logger } = this.desk;
    const attempts = held.ofAgent(agentId).filter(({ lost }) => !lost);
    for (const attempt of attempts) attempt.lost = true;
    this.resting.delete(agentId);
    scheduler.removeAgent(agentId);
    for (const token of held.slotsOf(agentId)) held.freeSlot(token);
    if (attempts.length > 0)
      logger.warn({ event: 'agent.gone', agentId, attempts: attempts.length, reason }, 'agent gone');
    this.endAll(attempts, { kind: 'lost', error: loss('AGENT_LOST', `Agent ${agentId} is gone: ${reason}.`) });
    this.events.changed();
  }

  /** These never reached their agent: they cost the task nothing. */
  undelivered(attempts: readonly Held[], reason: string): void {
    for (const { row } of attempts) {
      const known = this.desk.scheduler.pool.get(row.agentId);
      if (known) this.resting.set(row.agentId, known.agent);
      this.desk.held.freeSlot(row.token);
    }
    this.endAll(attempts, { kind: 'handed-back', error: loss('NOT_DELIVERED', reason) });
  }

  /** Another agent would get it no better. */
  unsendable({ row }: Held, reason: string): void {
    this.desk.held.freeSlot(row.token);
    const error = {
      code: 'TASK_UNSENDABLE',
      message: `The task cannot be sent to an agent: ${reason}`,
      retryable: false,
    };
    this.endAll([{ row }], { kind: 'failed', error });
  }

  /** The attempt had its time; its agent is told to let go. */
  timedOut(attempt: Held): void {
    const { row } = attempt;
    this.abort(attempt, 'timed out');
    const message = `The attempt took longer than ${row.timeoutMs} ms.`;
    this.endAll([attempt], { kind: 'failed', error: { code: 'TASK_TIMEOUT', message, retryable: true } });
  }

  /** Tells the agent that nobody wants this result any more. Its slot is free when it answers. */
  abort({ row }: Held, reason: string): void {
    const message = outgoing(taskCanceled, {
      taskId: row.id,
      attempt: row.attempt,
      token: row.token,
      reason,
    });
    this.desk.bus.publish(routes.inbox(row.agentId), message).catch((error: unknown) => {
      this.desk.logger.debug({ event: 'abort.failed', taskId: row.id, err: error }, 'abort not sent');
    });
  }

  private endAll(attempts: readonly Pick<Held, 'row'>[], end: AttemptEnd): void {
    for (const { row } of attempts) {
      const { id: taskId, token, attempt, agentId } = row;
      this.events.ended({ taskId, token, attempt, agentId, end, output: null, phases: null, actor: 'orchestrator' });
    }
  }
}

function loss(code: string, message: string): { code: string; message: string; retryable: boolean } {
  return { code, message, retryable: true };
}
