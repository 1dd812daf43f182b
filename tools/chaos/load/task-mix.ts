import { type Submit } from '@baton/contracts';
import { type Chance } from '../schedule/seeded';
import { type WorkflowOrder, workflowOrder } from './workflow-mix';

/** How a task of the load must end: `completed`, or in any final state where time or a person may end it before. */
export type Expectation = 'completed' | 'any';

export interface TaskOrder {
  readonly kind: 'task';
  readonly submit: Submit & { readonly idempotencyKey: string };
  readonly expect: Expectation;
  /** Asked to be canceled this long after it was accepted. */
  readonly cancelAfterMs?: number;
  /** Sent a second time, by another door, under the same key: the answer must be the same task. */
  readonly twice: boolean;
}
export type Order = TaskOrder | WorkflowOrder;

/** Crashing tasks go to an agent that is there to die; the others are only killed on purpose. */
export const MORTAL_TAG = 'mortal';
/** Keys of limited concurrency and their limits. */
const keyLimits: readonly [{ key: string; limit: number }, ...{ key: string; limit: number }[]] = [
  { key: 'chaos-one', limit: 1 },
  { key: 'chaos-two', limit: 2 },
  { key: 'chaos-five', limit: 5 },
];

const retry = { initialMs: 100, factor: 2, maxMs: 1000, jitter: 0.2 };

/** What the n-th submission of a run asks for. `now` is only used for deadlines. Pure. */
export function nextOrder(chance: Chance, run: string, n: number, now: Date): Order {
  const roll = chance.next();
  if (roll < 0.02) return workflowOrder(chance, n);
  const base = { kind: 'task', expect: 'completed', twice: chance.next() < 0.03 } as const;
  const submit = { ...work(chance, n), ...adornments(chance), idempotencyKey: `${run}-${n}` };
  const fate = chance.next();
  if (fate < 0.04) return { ...base, submit, expect: 'any', cancelAfterMs: chance.between(0, 400) };
  if (fate < 0.08) {
    const deadline = new Date(now.getTime() + chance.between(500, 8000)).toISOString();
    return { ...base, submit: { ...submit, deadline }, expect: 'any' };
  }
  return { ...base, submit };
}

/** A task that keeps its agent busy for a while. Pure. */
export function longerTask(chance: Chance, run: string, n: number): TaskOrder {
  const input = { ms: chance.between(200, 600) };
  const submit = { capability: 'probe.sleep', input, timeoutSeconds: 60, idempotencyKey: `${run}-${n}` };
  return { kind: 'task', submit, expect: 'completed', twice: false };
}

function work(chance: Chance, n: number): Pick<Submit, 'capability' | 'input' | 'tags' | 'maxRetries' | 'retry'> {
  const roll = chance.next();
  if (roll < 0.3) return { capability: 'probe.echo', input: { n } };
  if (roll < 0.88) return { capability: 'probe.sleep', input: { ms: chance.between(0, 200) } };
  // A third of these attempts fail: at half of them circuit breakers open, and their tasks wait.
  if (roll < 0.996)
    return { capability: 'probe.fail', input: { failures: chance.between(0, 1) }, maxRetries: 50, retry };
  return { capability: 'probe.crash', input: { crashes: 1 }, tags: [MORTAL_TAG] };
}

function adornments(chance: Chance): Partial<Submit> {
  const keyed = chance.next() < 0.12 ? chance.pick(keyLimits) : undefined;
  return {
    timeoutSeconds: 60,
    ...(chance.next() < 0.3 && { priority: chance.between(0, 9) }),
    ...(chance.next() < 0.06 && { delaySeconds: chance.between(1, 30) / 10 }),
    ...(keyed && { concurrencyKey: keyed.key, concurrencyLimit: keyed.limit }),
  };
}
