import { type LoadResult } from '../load/load-job';
import { type RunOutcome } from '../report';
import { type Stage } from '../stage/stage';
import { noOp, oneAgent, type Scenario } from './scenario';

const TIMEOUT_MS = 120_000;

/** From the first request until the last result is recorded, and what each part spent per task. */
async function throughput(stage: Stage, tasks: number, send: () => Promise<LoadResult>): Promise<RunOutcome> {
  const { result, spent } = await stage.metered(async () => {
    const sent = await send();
    await stage.tasks.untilNoneIsOpen(TIMEOUT_MS);
    return sent;
  });
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

const PER_REQUEST = 500;
const batch = JSON.stringify({ tasks: Array.from({ length: PER_REQUEST }, () => noOp) });
const single = JSON.stringify(noOp);

const inBatches = (stage: Stage, tasks: number): Promise<RunOutcome> =>
  throughput(stage, tasks, () =>
    stage.send({
      kind: 'closed-loop',
      path: '/api/tasks/batch',
      body: batch,
      requests: tasks / PER_REQUEST,
      inFlight: 4,
    }),
  );

const singly = (stage: Stage, tasks: number): Promise<RunOutcome> =>
  throughput(stage, tasks, () =>
    stage.send({ kind: 'closed-loop', path: '/api/tasks', body: single, requests: tasks, inFlight: 64 }),
  );

const overTheBus = async (stage: Stage, tasks: number): Promise<RunOutcome> => {
  const authorization = `Bearer ${await stage.mesh.token()}`;
  const url = stage.mesh.services.messageQueueUrl;
  return throughput(stage, tasks, () =>
    stage.load.run({ kind: 'bus', url, authorization, body: single, requests: tasks, inFlight: 64 }),
  );
};

export const batches: Scenario = {
  name: 'batches',
  about: '20,000 no-op tasks by REST in batches of 500, until the last result is recorded',
  limit: 'limit-db four connections',
  agents: oneAgent,
  warmUp: (stage, scale) => inBatches(stage, scale.of(20_000, 1_000)),
  run: (stage, scale) => inBatches(stage, scale.of(20_000, 2_000)),
};

export const singles: Scenario = {
  name: 'singles',
  about: '20,000 no-op tasks by REST one by one, 64 in flight, until the last result is recorded',
  limit: 'limit-http answers',
  agents: oneAgent,
  warmUp: (stage, scale) => singly(stage, scale.of(5_000, 200)),
  run: (stage, scale) => singly(stage, scale.of(20_000, 500)),
};

export const amqp: Scenario = {
  name: 'amqp',
  about: '20,000 no-op tasks over RabbitMQ one by one, 64 in flight, until the last result is recorded',
  limit: 'limit-broker single',
  agents: oneAgent,
  warmUp: (stage, scale) => overTheBus(stage, scale.of(5_000, 200)),
  run: (stage, scale) => overTheBus(stage, scale.of(20_000, 500)),
};
