import {
  type CloudEvent,
  MeshError,
  taskFinished,
  type TaskFinished,
  taskProgress,
  type TaskProgress,
} from '@baton/contracts';
import { type Delivery, queues, type Subscription, type Verdict } from '@baton/bus';
import { type AttemptEnd } from '@baton/engine';
import { type Desk } from '../dispatch/desk';
import { type AttemptReport } from './attempt-report';
import { OutputCheck } from './output-check';

/** Priorities of consumers are 32-bit numbers with a sign. */
const PRIORITIES = 2 ** 31;

/** They travel together and come from one user: the message as a whole is kept for whoever looks into it. */
const FORGED: Verdict = { reject: 'its sender is not the AMQP user who registered the agent it speaks for' };

export interface ResultTaker {
  /** What came in one message. Resolves after the commit. */
  reported(ends: readonly AttemptReport[], progress: readonly TaskProgress[]): Promise<void>;
}

/**
 * Takes what agents report from the results queue; acknowledged after the commit only, so nothing is lost. A later brain
 * comes before an earlier one that stands still: what that one has taken already comes again when its connection ends.
 */
export function consumeResults(
  desk: Pick<Desk, 'bus' | 'epoch' | 'logger' | 'held' | 'scheduler' | 'outputs' | 'senders'>,
  taker: ResultTaker,
): Promise<Subscription> {
  const { bus, epoch, logger } = desk;
  const check = new OutputCheck(desk, desk.outputs);
  const handle = async (delivery: Delivery): Promise<Verdict> => {
    if (!delivery.events.every((event) => isRightful(desk, event, delivery.user))) return FORGED;
    try {
      await prepared(delivery, check);
      const ends: AttemptReport[] = [];
      const progress: TaskProgress[] = [];
      for (const event of delivery.events) {
        if (event.type === taskProgress.type) progress.push(event.data as TaskProgress);
        else ends.push(reportOf(event as CloudEvent<TaskFinished>, check));
      }
      await taker.reported(ends, progress);
      return 'done';
    } catch (error) {
      // Somebody else's epoch, or a database that is away: they come again, and the end of the term is told anyway.
      if (!(error instanceof MeshError)) logger.error({ event: 'results.failed', err: error }, 'results not recorded');
      return 'retry';
    }
  };
  const settle = (deliveries: readonly Delivery[]): Promise<Verdict[]> => Promise.all(deliveries.map(handle));
  const kinds = [taskFinished, taskProgress];
  return bus.consumeBatches(queues.results, settle, { prefetch: 100, priority: epoch % PRIORITIES, kinds });
}

/**
 * Whether the sender may report on this attempt: only who registered the agent that has it. What is about no current
 * attempt is judged by the agent it names: it changes nothing (I3), but nobody is to be blamed for it by others.
 */
function isRightful(
  { held, scheduler, senders }: Pick<Desk, 'held' | 'scheduler' | 'senders'>,
  { type, data }: CloudEvent<unknown>,
  user: string | undefined,
): boolean {
  const { taskId, token, agentId: named } = data as TaskFinished | TaskProgress;
  const agentId = held.current(taskId, token)?.row.agentId ?? named;
  const owner = scheduler.pool.get(agentId)?.agent.amqpUser;
  return senders.speaksFor({ agentId, owner }, user, type === taskProgress.type ? 'progress' : 'result');
}

/** The first result of a version may have to wait for its schema. */
async function prepared({ events }: Delivery, check: OutputCheck): Promise<void> {
  for (const { type, data } of events) {
    const preparing = type === taskFinished.type ? check.prepare(data as TaskFinished) : undefined;
    if (preparing) await preparing;
  }
}

function reportOf({ data }: CloudEvent<TaskFinished>, check: OutputCheck): AttemptReport {
  const refusal = check.refusal(data);
  return {
    taskId: data.taskId,
    token: data.token,
    attempt: data.attempt,
    agentId: data.agentId,
    end: refusal ?? endOf(data),
    output: data.outcome === 'completed' && !refusal ? JSON.stringify(data.output ?? null) : null,
    phases: data.phases,
    actor: `agent:${data.agentId}`,
    spawn: data.spawn ?? null,
    cost: data.cost,
    quality: data.quality,
  };
}

const NOTHING_SPAWNED = {
  code: 'SPAWN_MISSING',
  message: 'The attempt ended to wait, but does not say what for: `spawn` belongs to the outcome `waiting`.',
  retryable: false,
};

function endOf({ outcome, error, spawn }: TaskFinished): AttemptEnd {
  const reason = error ?? { code: 'UNEXPLAINED', message: 'The agent gave no reason.', retryable: true };
  switch (outcome) {
    case 'completed':
    case 'canceled':
      return { kind: outcome };
    case 'waiting':
      return spawn ? { kind: outcome } : { kind: 'failed', error: NOTHING_SPAWNED };
    case 'failed':
      return { kind: 'failed', error: reason };
    case 'rejected':
      return { kind: 'handed-back', error: reason };
  }
}
