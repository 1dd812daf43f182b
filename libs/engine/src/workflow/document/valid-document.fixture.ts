import fc from 'fast-check';

type Written = Record<string, unknown>;
/** Ids and names that a step may refer to where it stands. */
interface Reach {
  readonly steps: readonly string[];
  readonly names: readonly string[];
}
type Drawn = fc.Arbitrary<Written>;

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const reached = ({ steps, names }: Reach): fc.Arbitrary<string> =>
  fc.constantFrom('input.q', 'run.id', ...names, ...steps.map((id) => `steps.${id}.output`));

const inputIn = (reach: Reach): fc.Arbitrary<unknown> =>
  reached(reach).chain((source) => fc.constantFrom(null, 3, `\${{ ${source} }}`, { a: [`x \${{ ${source} }} y`] }));

const terms = fc.record({
  retry: maybe(fc.record({ maxRetries: fc.nat(3), factor: fc.constantFrom(1, 2.5) })),
  priority: maybe(fc.nat(9)),
  tags: maybe(fc.constantFrom(['eu'])),
  version: maybe(fc.constantFrom('^1', '>=1.2 <3')),
  fallback: maybe(fc.constantFrom(['other'])),
  cost: maybe(fc.nat(5)),
});

const withTask = (reach: Reach, more: Written = {}): Drawn =>
  fc.tuple(inputIn(reach), terms).map(([input, of]) => ({ capability: 'do', input, ...of, ...more }));

const waits: Drawn = fc.constantFrom<Written>(
  { wait: { seconds: 3 } },
  { wait: { seconds: 'input.q' } },
  { wait: { until: '2026-03-01T08:00Z' } },
  { wait: { signal: 'go', onTimeout: 'continue' }, timeoutSeconds: 9 },
);

const sub = (reach: Reach): Drawn =>
  reached(reach).map((source) => ({ workflow: 'part', input: { q: `\${{ ${source} }}` } }));

const withNames = (reach: Reach, ...names: string[]): Reach => ({ ...reach, names: [...reach.names, ...names] });

function patterns(reach: Reach, depth: number): Drawn {
  const stage = fc.oneof(withTask(withNames(reach, 'item', 'index', 'previous')), sub(withNames(reach, 'previous')));
  const steps = stepsIn(reach, depth - 1);
  const bounds = fc.constantFrom<unknown>('input.b', [[0, 1]]);
  return fc.oneof(
    fc.record({ pattern: fc.constant('sequential'), steps, output: maybe(inputIn(reach)) }),
    fc.record({ pattern: fc.constant('parallel'), steps, join: fc.constantFrom(undefined, 'any', { quorum: 1 }) }),
    reached(reach).chain((items) =>
      fc.record({
        pattern: fc.constant('pipeline'),
        items: fc.constant(items),
        stages: fc.array(stage, { minLength: 1, maxLength: 3 }),
      }),
    ),
    withTask(reach, { pattern: 'hierarchical', limits: { fanOut: 3 }, workers: ['do'] }),
    withTask(withNames(reach, 'round', 'answers'), {
      pattern: 'consensus',
      agents: 3,
      weight: 'output.w',
      tieBreak: { judge: 'do' },
    }),
    withTask(reach, { pattern: 'auction', score: 'bid.confidence - bid.cost', accept: { maxCost: 3 } }),
    fc
      .tuple(withTask(withNames(reach, 'position', 'best', 'round')), bounds)
      .map(([task, of]) => ({ ...task, pattern: 'swarm', population: 'input.n', bounds: of, fitness: 'output.f' })),
  );
}

function bodies(reach: Reach, depth: number): Drawn {
  const leaf = fc.oneof({ weight: 3, arbitrary: withTask(reach) }, waits, sub(reach));
  return depth === 0 ? leaf : fc.oneof(leaf, patterns(reach, depth));
}

/** One step, by itself or for each element of a list. */
function stepIn(id: string, reach: Reach, depth: number): Drawn {
  const around = fc.record({ when: maybe(reached(reach)), optional: maybe(fc.boolean()) });
  const single = bodies(reach, depth);
  const each = fc
    .tuple(reached(reach), bodies(withNames(reach, 'item', 'index'), depth))
    .map(([forEach, body]) => ({ ...body, forEach, concurrency: 2 }));
  const needs = maybe(fc.subarray([...reach.steps]));
  return fc
    .tuple(fc.oneof(single, each), around, needs)
    .map(([body, more, list]) => ({ id, ...body, ...more, needs: list }));
}

/** Each step may refer to those before it, and to what is around. Ids differ at every depth. */
function stepsIn(reach: Reach, depth: number): fc.Arbitrary<Written[]> {
  const ids = [0, 1, 2].map((n) => `s${depth}_${n}`);
  const steps = ids.map((id, n) => stepIn(id, { ...reach, steps: [...reach.steps, ...ids.slice(0, n)] }, depth));
  return fc.integer({ min: 1, max: steps.length }).chain((count) => fc.tuple(...steps.slice(0, count)));
}

const nothing: Reach = { steps: [], names: [] };
const head = { name: 'w', deadlineSeconds: 60, budget: { tasks: 100 } };

/** A document without faults, of every kind of step, three deep; or one that is a pattern. */
export const validDocument: Drawn = fc
  .oneof(
    stepsIn(nothing, 2).map((steps) => ({ ...head, onFailure: 'continue', steps })),
    patterns(nothing, 2).map((pattern) => ({ ...head, ...pattern })),
  )
  .map((document) => JSON.parse(JSON.stringify(document)) as Written);
