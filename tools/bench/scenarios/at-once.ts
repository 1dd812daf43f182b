import { setTimeout as pause } from 'node:timers/promises';
import { type Workflow } from '@baton/contracts';
import { type Reading, type RunOutcome } from '../report';
import { percentile } from '../report/statistics';
import { perTask } from '../stage/cpu-clock';
import { peakMemory } from '../stage/peak-memory';
import { type Stage } from '../stage/stage';
import { WorkflowRows } from '../stage/workflow-rows';
import { noOp, oneAgent, type Scale, type Scenario } from './scenario';

const LAYERS_OF_SMALL = 5;
const WIDTH_OF_SMALL = 4;
const WIDTH_OF_LARGE = 50;
const TIMEOUT_MS = 120_000;
const ASK_EVERY_MS = 20;
/** What people look at while much is going on. */
const paths = ['/api/tasks?limit=10', '/api/workflows?limit=10', '/api/system/status'];

/** Layers of no-op steps, each of which needs two of the layer before. */
function layered(layers: number, width: number): object {
  const id = (layer: number, index: number): string => `l${layer}n${index % width}`;
  const steps = Array.from({ length: layers * width }, (_, number) => {
    const [layer, index] = [Math.floor(number / width), number % width];
    const needs = layer === 0 ? [] : [id(layer - 1, index), id(layer - 1, index + 1)];
    return { id: id(layer, index), ...noOp, needs };
  });
  return { name: 'bench-at-once', output: null, steps };
}

/** Starts as many runs of the definition together; resolves with the milliseconds until the last has ended. */
async function runAll(stage: Stage, definition: object, count: number): Promise<number> {
  const sentAt = Date.now();
  const body = { definition, start: true };
  const started = Array.from({ length: count }, () => stage.call<Workflow>('POST', '/api/workflows', body));
  const rows = new WorkflowRows(stage.database);
  let last = sentAt;
  for (const { id } of await Promise.all(started)) {
    const { finishedAt } = await rows.completed(id, TIMEOUT_MS);
    last = Math.max(last, finishedAt);
  }
  return last - sentAt;
}

/** How long each answer of the API takes until the work is done, in milliseconds. */
async function answersDuring(stage: Stage, work: Promise<unknown>): Promise<number[]> {
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  const times: number[] = [];
  for (let number = 0; !isDone; number++) {
    const before = performance.now();
    await stage.call('GET', paths[number % paths.length] as string);
    times.push(performance.now() - before);
    await pause(ASK_EVERY_MS);
  }
  await done;
  return times;
}

async function measured(stage: Stage, what: string, work: Promise<number>): Promise<Reading[]> {
  const times = await answersDuring(stage, work);
  return [
    { metric: `${what} total`, unit: 'ms', value: await work },
    { metric: `${what} API p95`, unit: 'ms', value: percentile(times, 0.95) },
  ];
}

async function run(stage: Stage, scale: Scale): Promise<RunOutcome> {
  const small = scale.of(100, 5);
  const layers = scale.of(100, 4);
  const { result, spent } = await stage.metered(async () => [
    ...(await measured(stage, 'hundred', runAll(stage, layered(LAYERS_OF_SMALL, WIDTH_OF_SMALL), small))),
    ...(await measured(stage, 'large', runAll(stage, layered(layers, WIDTH_OF_LARGE), 1))),
  ]);
  const steps = small * LAYERS_OF_SMALL * WIDTH_OF_SMALL + layers * WIDTH_OF_LARGE;
  return { readings: [...result, ...peakMemory(stage)], cpu: perTask(spent, steps), others: spent.others };
}

export const workflowsAtOnce: Scenario = {
  name: 'workflows-at-once',
  about:
    '100 workflows of 20 no-op steps at once, then one of 5,000: until the last has ended, and what the API takes to answer meanwhile',
  agents: oneAgent,
  fresh: true,
  run,
};
