import { percentile, type RunOutcome } from '../report';
import { type LoadResult } from '../load/load-job';
import { type Stage } from '../stage/stage';
import { calmAgent, noOp, type Scenario } from './scenario';

const waiting = {
  path: '/api/tasks',
  headers: { prefer: 'wait=30' },
  body: JSON.stringify(noOp),
  expect: '"state":"completed"',
};

function readings({ latenciesMs }: LoadResult): RunOutcome['readings'] {
  return [
    { metric: 'p50', unit: 'ms', value: percentile(latenciesMs, 0.5) },
    { metric: 'p99', unit: 'ms', value: percentile(latenciesMs, 0.99) },
  ];
}

/** One after the other on an idle mesh. */
async function sequential(stage: Stage, requests: number): Promise<RunOutcome> {
  const { result, spent } = await stage.metered(() =>
    stage.send({ kind: 'closed-loop', ...waiting, requests, inFlight: 1 }),
  );
  await stage.tasks.allCompleted(requests, result.startedAt);
  const cpu = Object.fromEntries(Object.entries(spent.micros).map(([role, micros]) => [role, micros / requests]));
  return { readings: readings(result), cpu, others: spent.others };
}

async function paced(stage: Stage, requests: number): Promise<RunOutcome> {
  const { result, spent } = await stage.metered(() =>
    stage.send({ kind: 'open-loop', ...waiting, requests, perSecond: 100 }),
  );
  await stage.tasks.allCompleted(requests, result.startedAt);
  return { readings: readings(result), others: spent.others };
}

export const latency: Scenario = {
  name: 'latency',
  about: 'one task after the other on an idle mesh: submit by REST with Prefer: wait=30 until the result is in hand',
  agents: calmAgent,
  warmUp: (stage, scale) => sequential(stage, scale.of(500, 50)),
  run: (stage, scale) => sequential(stage, scale.of(1_000, 100)),
};

export const steady: Scenario = {
  name: 'steady',
  about: '100 tasks a second at their times, each until its result is in hand, counted from when it was to be sent',
  agents: calmAgent,
  warmUp: (stage, scale) => paced(stage, scale.of(300, 30)),
  run: (stage, scale) => paced(stage, scale.of(1_000, 100)),
};
