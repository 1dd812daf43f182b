import { type StepState, type WorkflowProgress } from '@baton/contracts';
import { type NodeRun, type StepRun, type WorkflowRun } from '../run/workflow-run';
import { isCounted } from '../run/turn';

/** Mean milliseconds from submission to end per capability, from earlier runs. */
export type DurationHistory = ReadonlyMap<string, number>;

const ended: readonly StepState[] = ['completed', 'failed', 'rejected', 'canceled', 'skipped'];

/**
 * Counts of steps and elements as far as they are known: a forEach step counts as one until its list is. `waiting` is
 * all that has not been submitted. `etaSeconds` is null while the run is not running or a duration is unknown.
 */
export function progress(run: WorkflowRun, now: Date, history: DurationHistory = new Map()): WorkflowProgress {
  return { ...countedProgress(run), etaSeconds: run.state === 'running' ? etaSeconds(run, now, history) : null };
}

/** The same without the estimate; cheap enough for every save. */
export function countedProgress(run: WorkflowRun): WorkflowProgress {
  const of = (state: StepState): number => run.counts[state] ?? 0;
  const total = Object.values(run.counts).reduce((sum, count) => sum + count, 0);
  const finished = ended.reduce((sum, state) => sum + of(state), 0);
  const waiting = of('pending') + of('ready');
  return {
    percent: run.state === 'completed' ? 100 : Math.floor(shareDone(run) * 1000) / 10,
    total,
    completed: of('completed'),
    failed: of('failed') + of('rejected'),
    running: total - finished - waiting,
    waiting,
    etaSeconds: null,
  };
}

/**
 * Every step weighs the same, a forEach step by the share of its elements that have ended: so it never falls when a
 * list turns out to be long.
 */
function shareDone(run: WorkflowRun): number {
  let underWay = 0;
  for (const { own, elements, open } of run.nodes) {
    if (elements?.length && own.finishedAt === null) underWay += 1 - open / elements.length;
  }
  return (run.nodes.length - run.unended + underWay) / run.nodes.length;
}

/**
 * What is left takes at least its longest chain, and at least its sum shared by as many as have run at once so far.
 * Durations count from submission, so queueing is in both the durations and the sharing, and cancels out.
 */
function etaSeconds(run: WorkflowRun, now: Date, history: DurationHistory): number | null {
  const means = meanDurations(run, history);
  let left = 0;
  let longest = 0;
  const chain: number[] = [];
  for (const index of run.graph.order) {
    const nodeRun = run.nodes[index] as NodeRun;
    const mean = means.get(nodeRun.node.step.capability);
    const open = openSteps(nodeRun);
    if (open.length > 0 && mean === undefined) return null;
    const rest = open.map((step) => restOf(step, mean as number, now));
    const before = Math.max(0, ...nodeRun.node.needs.map((need) => chain[need] as number));
    chain[index] = before + Math.max(0, ...rest) * rounds(nodeRun, open.length);
    longest = Math.max(longest, chain[index]);
    left += rest.reduce((sum, ms) => sum + ms, 0);
  }
  return Math.ceil(Math.max(longest, left / parallelism(run, now)) / 100) / 10;
}

function openSteps(nodeRun: NodeRun): readonly StepRun[] {
  const steps = isCounted(nodeRun) ? [nodeRun.own] : (nodeRun.elements as readonly StepRun[]);
  return steps.filter((step) => step.finishedAt === null);
}

function restOf(step: StepRun, meanMs: number, now: Date): number {
  if (step.startedAt === null) return meanMs;
  return Math.max(0, meanMs - (now.getTime() - step.startedAt.getTime()));
}

/** How often the elements of a forEach step take turns. */
function rounds({ node }: NodeRun, open: number): number {
  return node.kind === 'map' ? Math.max(1, Math.ceil(open / node.concurrency)) : 1;
}

function meanDurations(run: WorkflowRun, history: DurationHistory): Map<string, number> {
  const sums = new Map<string, { ms: number; count: number }>();
  for (const nodeRun of run.nodes) {
    for (const step of nodeRun.elements ?? [nodeRun.own]) {
      const ms = durationMs(step);
      if (ms === undefined) continue;
      const sum = sums.get(nodeRun.node.step.capability) ?? { ms: 0, count: 0 };
      sums.set(nodeRun.node.step.capability, { ms: sum.ms + ms, count: sum.count + 1 });
    }
  }
  return new Map([...history, ...[...sums].map(([name, { ms, count }]) => [name, ms / count] as const)]);
}

function durationMs({ state, startedAt, finishedAt }: StepRun): number | undefined {
  if (state !== 'completed' || !startedAt || !finishedAt) return undefined;
  return finishedAt.getTime() - startedAt.getTime();
}

/** How many steps have run at once, on average, since the start; at least one. */
function parallelism(run: WorkflowRun, now: Date): number {
  const steps = run.nodes.flatMap(({ elements, own }) => elements ?? [own]);
  const busy = steps.reduce((sum, { startedAt, finishedAt }) => {
    return startedAt ? sum + (finishedAt ?? now).getTime() - startedAt.getTime() : sum;
  }, 0);
  const elapsed = now.getTime() - (run.startedAt as Date).getTime();
  return elapsed > 0 ? Math.max(1, busy / elapsed) : 1;
}
