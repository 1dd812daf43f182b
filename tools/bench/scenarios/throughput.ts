import { type RunOutcome } from '../report';
import { type Stage } from '../stage/stage';
import { noOp, oneAgent, type Scenario } from './scenario';

/** How the tasks of a run are handed in. */
interface Submission {
  readonly path: string;
  readonly perRequest: number;
  readonly inFlight: number;
}

const TIMEOUT_MS = 120_000;

/** From the first request until the last result is recorded, and what each part spent per task. */
async function throughput(
  stage: Stage,
  count: number,
  { path, perRequest, inFlight }: Submission,
): Promise<RunOutcome> {
  const body = perRequest === 1 ? noOp : { tasks: Array.from({ length: perRequest }, () => noOp) };
  const { result, spent } = await stage.metered(async () => {
    const requests = Math.ceil(count / perRequest);
    const sent = await stage.send({ kind: 'closed-loop', path, body: JSON.stringify(body), requests, inFlight });
    await stage.tasks.untilNoneIsOpen(TIMEOUT_MS);
    return sent;
  });
  const tasks = Math.ceil(count / perRequest) * perRequest;
  const { lastAt } = await stage.tasks.allCompleted(tasks, result.startedAt);
  const perTask = Object.entries(spent.micros).map(([role, micros]) => [role, micros / tasks] as const);
  return {
    readings: [
      { metric: 'throughput', unit: 'tasks/s', value: (1000 * tasks) / (lastAt - result.startedAt) },
      { metric: 'submitted', unit: 'tasks/s', value: (1000 * tasks) / (result.endedAt - result.startedAt) },
    ],
    cpu: Object.fromEntries(perTask),
    others: spent.others,
  };
}

const inBatches: Submission = { path: '/api/tasks/batch', perRequest: 500, inFlight: 4 };
const singly: Submission = { path: '/api/tasks', perRequest: 1, inFlight: 64 };

export const batches: Scenario = {
  name: 'batches',
  about: '20,000 no-op tasks by REST in batches of 500, until the last result is recorded',
  limit: 'limit-db four connections',
  agents: oneAgent,
  warmUp: (stage, scale) => throughput(stage, scale.of(20_000, 1_000), inBatches),
  run: (stage, scale) => throughput(stage, scale.of(20_000, 2_000), inBatches),
};

export const singles: Scenario = {
  name: 'singles',
  about: '20,000 no-op tasks by REST one by one, 64 in flight, until the last result is recorded',
  limit: 'limit-http answers',
  agents: oneAgent,
  warmUp: (stage, scale) => throughput(stage, scale.of(5_000, 200), singly),
  run: (stage, scale) => throughput(stage, scale.of(20_000, 500), singly),
};
