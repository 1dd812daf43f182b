import { type StepDocument } from '@baton/contracts';

/** A workflow by chance, and how its work behaves. */
export interface RandomWorkflow {
  readonly steps: readonly StepDocument[];
  /** Log-normal milliseconds of work, and slots, per capability. */
  readonly kinds: ReadonlyMap<string, Kind>;
  /** Elements of its lists, by the name of the field in the input. */
  readonly lists: Readonly<Record<string, number>>;
  /** How many there were in an earlier run, by the step that goes through them. */
  readonly usual: ReadonlyMap<string, number>;
}
interface Kind {
  readonly mu: number;
  readonly sigma: number;
  readonly slots: number;
  /** How many durations are known from earlier runs. */
  readonly known: number;
}

/** Layers of steps that need some of the layer before; some are lists, pipelines or sequences of their own. */
export function randomWorkflow(uniform: () => number): RandomWorkflow {
  const between = (low: number, high: number): number => low + (high - low) * uniform();
  const whole = (low: number, high: number): number => Math.floor(between(low, high + 1));
  const kinds = new Map<string, Kind>();
  for (let index = whole(2, 6); index > 0; index -= 1) {
    const mu = Math.log(between(1, 6) ** 6);
    const known = [3, 10, 50, 500][whole(0, 3)] as number;
    kinds.set(`work.${index}`, { mu, sigma: between(0.15, 1), slots: 2 ** whole(0, 5), known });
  }
  const capability = (): string => `work.${whole(1, kinds.size)}`;
  const lists: Record<string, number> = {};
  const usual = new Map<string, number>();
  const listed = (id: string, each: number): string => {
    lists[id] = whole(3, 120);
    usual.set(id, Math.max(1, Math.round(lists[id] * between(0.75, 1.25))) * each);
    return `input.${id}`;
  };
  const step = (id: string, needs: string[]): StepDocument => {
    const kind = uniform();
    const base = { id, needs };
    if (kind < 0.15) {
      return {
        ...base,
        capability: capability(),
        forEach: listed(id, 1),
        ...(uniform() < 0.5 && { concurrency: whole(2, 20) }),
      };
    }
    if (kind < 0.22) {
      const stages = [1, 2, 3].map(() => ({ capability: capability(), concurrency: whole(1, 4) }));
      return { ...base, pattern: 'pipeline', items: listed(id, stages.length), stages };
    }
    if (kind < 0.3) {
      const inner = ['x', 'y', 'z'].map((name) => ({ id: name, capability: capability() }));
      return { ...base, pattern: uniform() < 0.5 ? 'sequential' : 'parallel', steps: inner };
    }
    return { ...base, capability: capability() };
  };
  const steps: StepDocument[] = [];
  let before: string[] = [];
  for (let layer = 0, layers = whole(2, 8); layer < layers; layer += 1) {
    const made = Array.from({ length: whole(1, 12) }, (_, index) => {
      const needs = before.filter(() => uniform() < 0.4);
      return step(`s${layer}x${index}`, needs.length > 0 ? needs : before.slice(0, 1));
    });
    steps.push(...made);
    before = made.map(({ id }) => id);
  }
  return { steps, kinds, lists, usual };
}
