import { type JsonValue, type StepDocument } from '@baton/contracts';
import fc from 'fast-check';
import { type PlayedDocument } from './play-run';

type Written = Record<string, unknown>;

/** Documents that others use: one of two steps, one of a pattern, and one that uses itself until its input says stop. */
export const stored = {
  pair: {
    steps: [
      { id: 'x', capability: 'do', input: '${{ input.n }}' },
      { id: 'y', capability: 'do', needs: ['x'] },
    ],
    concurrency: 1,
  },
  open: {
    onFailure: 'continue',
    steps: [
      { id: 'x', capability: 'do' },
      { id: 'y', capability: 'do' },
    ],
  },
  line: { pattern: 'pipeline', items: '[1,2]', stages: [{ capability: 'do' }, { capability: 'do' }] },
  self: {
    steps: [
      { id: 'x', capability: 'do' },
      { id: 'again', workflow: 'self', when: '${{ input.n > 0 }}', input: { n: '${{ input.n - 1 }}' } },
    ],
  },
} as Readonly<Record<string, PlayedDocument>>;

const task = fc.record({ capability: fc.constant('do'), cost: fc.constantFrom(undefined, 1, 3) });
const wait = fc.constantFrom<Written>(
  { wait: { seconds: 5 } },
  { wait: { seconds: '${{ 2 + 3 }}' } },
  { wait: { until: '2026-03-01T12:00:30Z' } },
  { wait: { signal: 'go' } },
  { wait: { signal: 'go' }, timeoutSeconds: 20 },
  { wait: { signal: 'ok', onTimeout: 'continue' }, timeoutSeconds: 20 },
);
const sub = fc.record({
  workflow: fc.constantFrom('pair', 'open', 'line', 'self'),
  input: fc.constantFrom({ n: 1 }, { n: 3 }),
  timeoutSeconds: fc.constantFrom(undefined, undefined, 40),
});
const growing = fc.constantFrom<Written>(
  {
    pattern: 'pipeline',
    items: '[1,2,3]',
    stages: [{ capability: 'do' }, { capability: 'do', concurrency: 2, buffer: 1 }],
  },
  { pattern: 'pipeline', items: '[1,2,3,4,5]', stages: [{ capability: 'do', cost: 1 }, { capability: 'do' }] },
  {
    pattern: 'pipeline',
    items: '[1,2]',
    stages: [{ workflow: 'pair', input: { n: '${{ item }}' } }, { capability: 'do' }],
  },
  { pattern: 'consensus', capability: 'do', agents: 3 },
  { pattern: 'consensus', capability: 'do', agents: 3, decide: 'unanimous', rounds: 2, tieBreak: { judge: 'do' } },
  {
    pattern: 'swarm',
    capability: 'do',
    population: 3,
    bounds: [[0, 1]],
    stop: { rounds: 2 },
    fitness: '$number($substringAfter(output, "-"))',
  },
  { pattern: 'auction', capability: 'do', windowSeconds: 3 },
  { pattern: 'auction', capability: 'do', minimumBids: 2, onNoBids: 'dispatch' },
  { pattern: 'hierarchical', capability: 'do' },
);
const join = fc.constantFrom<JsonValue | undefined>(undefined, 'all', 'any', { quorum: 2 });

function inner(depth: number): fc.Arbitrary<Written> {
  const steps = stepsOf(depth - 1, 1, 3);
  return fc.oneof(
    fc.record({ pattern: fc.constant('sequential'), steps }),
    fc
      .record({ pattern: fc.constant('parallel'), steps, join })
      .map((step) => (step.steps.length < 2 && typeof step.join === 'object' ? { ...step, join: 'any' } : step)),
  );
}

function body(depth: number): fc.Arbitrary<Written> {
  const leaf = fc.oneof({ weight: 6, arbitrary: task }, { weight: 1, arbitrary: wait });
  if (depth === 0) return leaf;
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: sub },
    { weight: 2, arbitrary: growing },
    { weight: 2, arbitrary: inner(depth) },
  );
}

const around = fc.record({
  needs: fc.array(fc.nat(20), { maxLength: 2 }),
  optional: fc.constantFrom(undefined, false, true),
  when: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, 'true', 'false'),
  elements: fc.constantFrom(undefined, undefined, undefined, undefined, 0, 3, 3),
  concurrency: fc.constantFrom(1, 2, 10),
});

/** Each step needs some of those before it. */
function stepsOf(depth: number, minLength: number, maxLength: number): fc.Arbitrary<StepDocument[]> {
  return fc
    .array(fc.tuple(body(depth), around), { minLength, maxLength, size: 'max' })
    .map((drafts) => drafts.map(([does, more], index) => toStep(does, more, index)));
}

interface Around {
  readonly needs: number[];
  readonly optional: boolean | undefined;
  readonly when: string | undefined;
  readonly elements: number | undefined;
  readonly concurrency: number;
}

function toStep(does: Written, { needs, optional, when, elements, concurrency }: Around, index: number): StepDocument {
  const before = index === 0 ? [] : needs.map((need) => `s${need % index}`);
  const list = elements === undefined ? {} : { forEach: JSON.stringify([...Array(elements).keys()]), concurrency };
  const step = { id: `s${index}`, ...does, needs: [...new Set(before)], optional, when, ...list };
  return JSON.parse(JSON.stringify(step)) as StepDocument;
}

/** Any workflow: all bodies, one inside the other, with limits. */
export const randomDocument: fc.Arbitrary<PlayedDocument> = fc
  .record({
    onFailure: fc.constantFrom('fail-fast' as const, 'continue' as const),
    concurrency: fc.constantFrom(undefined, undefined, 1, 3),
    budget: fc.constantFrom(undefined, undefined, undefined, undefined, { tasks: 8 }, { cost: 6 }, { seconds: 200 }),
    deadlineSeconds: fc.constantFrom(undefined, undefined, undefined, 300),
    steps: stepsOf(2, 3, 6),
  })
  .map((document) => JSON.parse(JSON.stringify(document)) as PlayedDocument);

const stage = fc.record(
  { capability: fc.constant('do'), concurrency: fc.constantFrom(1, 1, 1, 2), buffer: fc.constantFrom(1, 2, 4) },
  { requiredKeys: ['capability'] },
);
const line = fc.record({
  pattern: fc.constant('pipeline'),
  items: fc.constantFrom('[1,2,3]', '[1,2,3,4,5,6]'),
  stages: fc.array(stage, { minLength: 1, maxLength: 3 }),
  order: fc.constantFrom('kept', 'kept', 'any'),
  forEach: fc.constantFrom(undefined, undefined, '[1,2]'),
  optional: fc.boolean(),
});

/** Nothing but pipelines of tasks: most items of them can be sent ahead. */
export const randomPipelines: fc.Arbitrary<PlayedDocument> = fc
  .record({
    onFailure: fc.constantFrom('fail-fast' as const, 'continue' as const),
    concurrency: fc.constantFrom(undefined, undefined, 3),
    budget: fc.constantFrom(undefined, undefined, { tasks: 12 }),
    steps: fc
      .array(line, { minLength: 1, maxLength: 2 })
      .map((lines) => lines.map((one, index) => ({ id: `s${index}`, ...one }))),
  })
  .map((document) => JSON.parse(JSON.stringify(document)) as PlayedDocument);
