import { statement } from '@baton/persistence';
import { type RunOutcome } from '../report';
import { bringAgent, sendAgentsAway } from '../stage/absent-agent';
import { peakMemory } from '../stage/peak-memory';
import { type Stage, type StageAgent } from '../stage/stage';
import { smallestIdAt } from '../stage/task-rows';
import { noOp, type Scale, type Scenario } from './scenario';

const TIMEOUT_MS = 900_000;
const PER_REQUEST = 500;
/** The agents come and go by order. */
const noAgents: readonly StageAgent[] = [];
const FIRST = statement(
  'bench-first-assigned',
  `select extract(epoch from min(assigned_at))::float8 * 1000 as at from tasks where id >= $1`,
);

/** Fills the queue while no agent is there, lets one come, and follows the drain. */
async function fillAndDrain(stage: Stage, count: number): Promise<RunOutcome> {
  const body = JSON.stringify({ tasks: Array.from({ length: PER_REQUEST }, () => noOp) });
  const requests = count / PER_REQUEST;
  const filled = await stage.send({ kind: 'closed-loop', path: '/api/tasks/batch', body, requests, inFlight: 4 });
  const { spent } = await stage.metered(async () => {
    await bringAgent(stage);
    await stage.tasks.untilNoneIsOpen(TIMEOUT_MS);
  });
  const { lastAt } = await stage.tasks.allCompleted(count, filled.startedAt);
  const [first] = await stage.database.run<{ at: number }>(FIRST, [smallestIdAt(filled.startedAt)]);
  await sendAgentsAway(stage);
  const cpu = Object.fromEntries(Object.entries(spent.micros).map(([role, micros]) => [role, micros / count]));
  return {
    readings: [
      { metric: 'filled', unit: 'tasks/s', value: (1000 * count) / (filled.endedAt - filled.startedAt) },
      { metric: 'drain', unit: 'tasks/s', value: (1000 * count) / (lastAt - (first?.at ?? NaN)) },
      ...peakMemory(stage),
    ],
    cpu,
    others: spent.others,
  };
}

/** An agent has to have been there once for its capability to be known. */
async function makeKnown(stage: Stage): Promise<void> {
  await bringAgent(stage);
  await sendAgentsAway(stage);
}

function backlog(name: string, count: number, about: string, mostRuns: number): Scenario {
  return {
    name,
    about,
    mostRuns,
    agents: noAgents,
    warmUp: makeKnown,
    run: (stage: Stage, scale: Scale) => fillAndDrain(stage, scale.of(count, 2_000)),
  };
}

export const backlog200k = backlog(
  'backlog-200k',
  200_000,
  '200,000 no-op tasks are submitted while no agent is there; then one joins: the rate from the first to the last',
  2,
);
export const backlog1m = backlog('backlog-1m', 1_000_000, 'the same with 1,000,000', 1);

/** Submission alone: nobody is there to work. */
async function submitOnly(stage: Stage, scale: Scale): Promise<RunOutcome> {
  const batch = JSON.stringify({ tasks: Array.from({ length: PER_REQUEST }, () => noOp) });
  const requests = scale.of(40, 4);
  const { result, spent } = await stage.metered(async () => [
    await stage.send({ kind: 'closed-loop', path: '/api/tasks/batch', body: batch, requests, inFlight: 4 }),
    await stage.send({
      kind: 'closed-loop',
      path: '/api/tasks',
      body: JSON.stringify(noOp),
      requests: scale.of(20_000, 200),
      inFlight: 64,
    }),
  ]);
  const [batches, singles] = result.map(({ startedAt, endedAt }) => endedAt - startedAt);
  return {
    readings: [
      { metric: 'batches', unit: 'tasks/s', value: (1000 * requests * PER_REQUEST) / (batches ?? NaN) },
      { metric: 'singles', unit: 'tasks/s', value: (1000 * scale.of(20_000, 200)) / (singles ?? NaN) },
    ],
    others: spent.others,
  };
}

export const submit: Scenario = {
  name: 'submit',
  about: 'submission alone, while no agent is there: batches of 500 (4 in flight), and singly (64 in flight)',
  agents: [],
  warmUp: makeKnown,
  run: submitOnly,
};
