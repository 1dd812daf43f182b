import { type Workflow } from '@baton/contracts';
import { seeded } from '../../chaos/schedule/seeded';
import { faultsOf } from '../graphs/check-order';
import { lengthsOf } from '../graphs/lengths';
import { listSchedule } from '../graphs/list-schedule';
import { shapes } from '../graphs/shapes';
import { type TaskGraph } from '../graphs/task-graph';
import { type RunOutcome } from '../report';
import { type Reading } from '../report/series';
import { median } from '../report/statistics';
import { perTask } from '../stage/cpu-clock';
import { type Stage, type StageAgent } from '../stage/stage';
import { WorkflowRows } from '../stage/workflow-rows';
import { type Scale, type Scenario } from './scenario';

const SLOTS = 16;
const SEED = 1;
const TIMEOUT_MS = 180_000;
/** What a graph may take: 1.1 of a list schedule on the same slots, and 3 ms for each task. */
const OF_LIST_SCHEDULE = 1.1;
const MS_PER_TASK = 3;
const SIZES = [50, 100, 500, 1000, 2000];
/** Runs of the small graph of tasks without length: one of them takes no tenth of a second. */
const SMALL_RUNS = 7;

const agents: readonly StageAgent[] = [{ name: 'probe', family: 'probe', concurrency: SLOTS }];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Runs the graph with these lengths; resolves with its makespan. Throws unless each step was done once, in order. */
async function runGraph(stage: Stage, graph: TaskGraph, lengths: ReadonlyMap<string, number>): Promise<number> {
  const steps = graph.map(({ id, needs }) => {
    const ms = lengths.get(id) ?? 0;
    return { id, needs, ...(ms > 0 ? { capability: 'probe.sleep', input: { ms } } : { capability: 'probe.echo' }) };
  });
  const definition = { name: 'bench-graph', output: null, steps };
  const { id } = await stage.call<Workflow>('POST', '/api/workflows', { definition, start: true });
  const rows = new WorkflowRows(stage.database);
  const { startedAt, finishedAt } = await rows.completed(id, TIMEOUT_MS);
  const faults = faultsOf(graph, await rows.receipts(id));
  if (faults.length > 0) throw new Error(`The workflow ${id} is at fault: ${faults.slice(0, 5).join('; ')}`);
  return finishedAt - startedAt;
}

async function withLengths(stage: Stage, name: string, graph: TaskGraph): Promise<Reading[]> {
  const lengths = lengthsOf(graph, seeded(SEED));
  const ideal = listSchedule(graph, lengths, SLOTS);
  const makespan = await runGraph(stage, graph, lengths);
  const allowed = OF_LIST_SCHEDULE * ideal + MS_PER_TASK * graph.length;
  return [
    { metric: `${name} makespan`, unit: 'ms', value: makespan },
    { metric: `${name} of list schedule`, unit: 'times', value: makespan / ideal },
    { metric: `${name} overhead per task`, unit: 'ms', value: (makespan - ideal) / graph.length },
    { metric: `${name} of what it may take`, unit: 'times', value: makespan / allowed },
  ];
}

async function run(stage: Stage, scale: Scale): Promise<RunOutcome> {
  const sizes = scale.quick ? SIZES.slice(0, 2) : SIZES;
  const { result, spent } = await stage.metered(async () => {
    const readings: Reading[] = [];
    for (const size of sizes) {
      for (const [name, shape] of Object.entries(shapes)) {
        readings.push(...(await withLengths(stage, `${name} ${size}`, shape(size))));
      }
    }
    return readings;
  });
  const shares = result.filter(({ metric }) => metric.endsWith('of what it may take')).map(({ value }) => value);
  const worst: Reading = { metric: 'worst of what it may take', unit: 'times', value: Math.max(...shares) };
  const tasks = sizes.flatMap((size) => Object.values(shapes).map((shape) => shape(size).length));
  return { readings: [worst, ...result], cpu: perTask(spent, sum(tasks)), others: spent.others };
}

/** Milliseconds per step of the shape in this size when no task takes any time. */
async function withoutLengths(stage: Stage, shape: (tasks: number) => TaskGraph, size: number): Promise<number> {
  const graph = shape(size);
  const makespans: number[] = [];
  for (let count = size < 100 ? SMALL_RUNS : 1; count > 0; count--)
    makespans.push(await runGraph(stage, graph, new Map()));
  return median(makespans) / graph.length;
}

async function runEmpty(stage: Stage, scale: Scale): Promise<RunOutcome> {
  const [small, large] = [50, scale.of(2000, 200)];
  let tasks = 0;
  const { result, spent } = await stage.metered(async () => {
    const readings: Reading[] = [];
    for (const [name, shape] of Object.entries(shapes)) {
      tasks += SMALL_RUNS * shape(small).length + shape(large).length;
      const atSmall = await withoutLengths(stage, shape, small);
      const atLarge = await withoutLengths(stage, shape, large);
      readings.push(
        { metric: `${name} ${small} per step`, unit: 'ms', value: atSmall },
        { metric: `${name} ${large} per step`, unit: 'ms', value: atLarge },
        { metric: `${name} large by small`, unit: 'times', value: atLarge / atSmall },
      );
    }
    return readings;
  });
  const ratios = result.filter(({ metric }) => metric.endsWith('large by small')).map(({ value }) => value);
  const worst: Reading = { metric: 'worst large by small', unit: 'times', value: Math.max(...ratios) };
  return { readings: [worst, ...result], cpu: perTask(spent, tasks), others: spent.others };
}

const warmUp = async (stage: Stage): Promise<void> => {
  for (const [name, shape] of Object.entries(shapes)) await withLengths(stage, name, shape(100));
};

export const workflow: Scenario = {
  name: 'workflow',
  about:
    'scientific workflow graphs of 50 to 2,000 tasks that sleep 5 to 200 ms on 16 slots, from the start of the run to its end, beside a list schedule on as many slots; order and receipts are checked from the audit',
  agents,
  warmUp,
  run,
};

export const workflowEmpty: Scenario = {
  name: 'workflow-empty',
  about: 'the same graphs with tasks that take no time: what a step costs in a graph of 2,000 beside one of 50',
  agents,
  warmUp,
  run: runEmpty,
};
