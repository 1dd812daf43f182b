import { type JsonObject, NotFoundError, type TaskState } from '@baton/contracts';
import { type AgentOffer, type InFlightLimits, type Obstacle, type ReadyTask, Scheduler } from '@baton/engine';
import {
  type Database,
  findAwaited,
  loadBreakers,
  loadPresentAgents,
  type ReadyRow,
  statement,
} from '@baton/persistence';
import { readyFromRow } from '../dispatch/ready-task';
import { recallSpreads } from '../dispatch/recall-spreads';
import { recallStarts } from '../dispatch/recall-starts';
import { obstacleDetails } from './obstacle-details';

/** Why a task is where it is. */
export interface WhyDocument {
  readonly taskId: string;
  readonly state: TaskState;
  /** One sentence for a person. */
  readonly summary: string;
  /** What it waits for; empty when it waits for nothing. */
  readonly waitingFor: readonly {
    readonly what: Obstacle | 'its-time' | 'back-off' | 'its-turn' | 'subtasks';
    readonly detail: string;
  }[];
  /** How its present or last agent was chosen; null before the first assignment or when there was only one. */
  readonly assignment: JsonObject | null;
}

interface Row extends ReadyRow {
  readonly state: TaskState;
  readonly runAt: Date | null;
  readonly agentId: string | null;
  readonly attempt: number;
  readonly awaiting: string | null;
}

const TASK = statement(
  'why-task',
  `select id, capability, rank, target_agent_id as "targetAgentId", options, deadline, state, run_at as "runAt",
          agent_id as "agentId", attempt, awaiting from tasks where id = $1`,
);
const ASSIGNED = statement(
  'why-assigned',
  `select details from audit where subject = 'task' and subject_id = $1 and to_state = 'assigned' order by seq desc limit 1`,
);
const OUT = statement(
  'why-out',
  `select agent_id as "agentId", capability, options, count(*)::int as attempts from tasks
    where state in ('assigned', 'running') group by 1, 2, 3`,
);

/** Answers "why does it wait?" and "why this agent?", from the database, at any door. */
export class Why {
  constructor(
    private readonly database: Database,
    private readonly limits: InFlightLimits = {},
  ) {}

  /** Throws NotFoundError. */
  async explain(taskId: string): Promise<WhyDocument> {
    const [row] = await this.database.run<Row>(TASK, [taskId]);
    if (!row) throw new NotFoundError('TASK_NOT_FOUND', `Task ${taskId}`);
    const waitingFor = await this.waitingFor(row);
    const [assigned] = await this.database.run<{ details: string | null }>(ASSIGNED, [taskId]);
    const assignment = assigned?.details ? (JSON.parse(assigned.details) as JsonObject) : null;
    return { taskId, state: row.state, summary: summarize(row, waitingFor), waitingFor, assignment };
  }

  private async waitingFor(row: Row): Promise<WhyDocument['waitingFor']> {
    if (row.state === 'scheduled') return [{ what: 'its-time', detail: `It is due at ${row.runAt?.toISOString()}.` }];
    if (row.awaiting !== null) return [await this.subtasks(row.id, row.awaiting)];
    if (row.state !== 'queued') return [];
    if (row.runAt) return [{ what: 'back-off', detail: `Its next attempt is due at ${row.runAt.toISOString()}.` }];
    const task = readyFromRow(row);
    const scheduler = await this.presentScheduler();
    await this.recall(task, scheduler);
    const obstacle = scheduler.obstacle(task, this.database.now().getTime());
    const offering = scheduler.pool.offering(row.capability).map(({ agent }) => agent);
    if (!obstacle) return [ITS_TURN];
    const opensAtMs = scheduler.rateOpensAtMs(task);
    const rateOpensAt = opensAtMs !== undefined && opensAtMs > 0 ? new Date(Math.ceil(opensAtMs)) : undefined;
    const nextProbeAt = nextProbe(scheduler.pool.offering(row.capability));
    return [{ what: obstacle, detail: obstacleDetails[obstacle]({ ...row, offering, rateOpensAt, nextProbeAt }) }];
  }

  /** What was before and counts for its keys. */
  private async recall({ rateLimitKey, spreadKey }: ReadyTask, scheduler: Scheduler): Promise<void> {
    if (rateLimitKey !== null) await recallStarts(this.database, scheduler);
    if (spreadKey === null) return;
    scheduler.spreads.enter(spreadKey);
    await recallSpreads(this.database, scheduler.spreads);
  }

  private async subtasks(id: string, key: string): Promise<WhyDocument['waitingFor'][number]> {
    const { total, open, first } = await findAwaited(this.database, id, key, SUBTASKS_TOLD);
    const told = first.map((task) => `${task.capability} ${task.id} (${task.state})`).join(', ');
    const more = open > first.length ? ` and ${open - first.length} more` : '';
    const which = open === 0 ? 'it is about to be queued again' : `${told}${more}`;
    return { what: 'subtasks', detail: `It waits for ${open} of ${total} tasks of its batch "${key}": ${which}.` };
  }

  /** The same scheduler that dispatches, filled from the database. */
  private async presentScheduler(): Promise<Scheduler> {
    const scheduler = new Scheduler(undefined, 0, this.limits);
    for (const agent of await loadPresentAgents(this.database)) scheduler.upsertAgent(agent);
    for (const { agentId, capability, state, nextProbeAt } of await loadBreakers(this.database)) {
      scheduler.pool.offer(agentId, capability)?.breaker.mirror(state, nextProbeAt?.getTime() ?? 0);
    }
    const out = await this.database.run<ReadyRow & { agentId: string; attempts: number }>(OUT);
    for (const group of out) {
      const holding = readyFromRow({ ...group, deadline: null });
      for (let n = 0; n < group.attempts; n += 1) scheduler.take(group.agentId, holding);
    }
    return scheduler;
  }
}

const SUBTASKS_TOLD = 10;

const ITS_TURN = {
  what: 'its-turn',
  detail: 'An agent is free: it is about to be assigned, after those with a smaller rank.',
} as const;

/** The earliest of those that are open; undefined: none is. */
function nextProbe(offers: readonly AgentOffer[]): Date | undefined {
  const open = offers.filter(({ breaker }) => breaker.state === 'open');
  return open.length === 0 ? undefined : new Date(Math.min(...open.map(({ breaker }) => breaker.nextProbeMs)));
}

function summarize(row: Row, waitingFor: WhyDocument['waitingFor']): string {
  const [obstacle] = waitingFor;
  if (obstacle) return obstacle.detail;
  if (row.state === 'assigned' || row.state === 'running')
    return `Agent ${row.agentId} works on attempt ${row.attempt}.`;
  return `It is ${row.state} after ${row.attempt} attempt(s).`;
}
