import { type JsonObject } from '@baton/contracts';
import { graphOf } from '../../document/compiled.fixture';
import { needs, step } from '../../run/play-run';
import { elementsOf } from './elements';
import { recommend } from './recommend';
import { type Recommendation, type RecommendationKnowledge } from './recommendation';

/** Each capability takes so long, nearly always. */
function knows(ms: Record<string, number>, slots = 4, children: Record<string, number> = {}): RecommendationKnowledge {
  return {
    durationsOf: (name) =>
      ms[name] === undefined ? undefined : { count: 100, meanLog: Math.log(ms[name]), varianceLog: 1e-4 },
    slotsOf: (name) => (name === 'do.absent' ? undefined : slots),
    childrenOf: (key) => children[key],
  };
}
async function told(document: object, known: RecommendationKnowledge, input: JsonObject = {}): Promise<Recommendation> {
  const found = await recommend(graphOf({ name: 'w', ...document }), input, known);
  if (!found) throw new Error('No recommendation');
  return found;
}
const makespans = ({ candidates }: Recommendation): Record<string, number> =>
  Object.fromEntries(
    candidates.map(({ execution, concurrency, makespanMs }) => [
      `${execution} ${concurrency}`,
      Math.round(makespanMs / 1000),
    ]),
  );
const items = { items: Array.from({ length: 20 }, (_, n) => n) };
const each = (id: string, list: string, more: object = {}) => ({ ...step(id), forEach: list, ...more });

test('a chain is sequential as it is written', async () => {
  const found = await told(
    { steps: [step('a'), step('b', needs('a')), step('c', needs('b'))] },
    knows({ 'do.a': 100, 'do.b': 200, 'do.c': 300 }),
  );
  expect(found).toMatchObject({
    execution: 'as-written',
    pattern: 'sequential',
    shape: { kind: 'chain', depth: 3, width: 1 },
  });
  expect(found.makespanMs / 600).toBeCloseTo(1, 1);
  expect([found.lowMs < found.makespanMs, found.highMs > found.makespanMs]).toEqual([true, true]);
  expect(found.reasons[0]).toContain('3 steps follow each other');
  expect(found.change).toContain('None');
});

test('independent steps that the document holds back run at once, as many as are of use', async () => {
  const steps = Array.from({ length: 8 }, (_, n) => step(`s${n}`, { capability: 'do.x' }));
  const found = await told({ concurrency: 1, steps }, knows({ 'do.x': 1000 }, 4));
  expect(found).toMatchObject({ execution: 'parallel', pattern: 'parallel', shape: { kind: 'independent', width: 8 } });
  expect(makespans(found)).toEqual({
    ...{ 'as-written 1': 8, 'sequential 1': 8, 'parallel 2': 4, 'parallel 4': 2, 'parallel null': 2 },
  });
  expect(found.concurrency).toBe(4);
  expect(found.change).toContain('`concurrency: 4`');
  expect(found.reasons.join(' ')).toMatch(/74 % faster.*8 tasks of about 1.0 s on 4 slots take 2.0 s/);
  expect(found.loads).toEqual([expect.objectContaining({ capability: 'do.x', tasks: 8, slots: 4, known: 100 })]);
});

test('lists over each other, element for element, stream through a pipeline', async () => {
  const steps = [
    each('fetch', 'input.items'),
    each('parse', '${{ steps.fetch.output }}'),
    each('store', 'steps.parse.output'),
    step('sum', { ...needs('store'), capability: 'do.fetch' }),
  ];
  const known = knows({ 'do.fetch': 1000, 'do.parse': 1000, 'do.store': 1000 }, 1);
  const found = await told({ steps }, known, items);
  expect(found).toMatchObject({
    execution: 'pipeline',
    pattern: 'pipeline',
    shape: { streams: [['fetch', 'parse', 'store']] },
  });
  // 20 items through three stages of one place: 22 s, and the sum. One list after the other: 60 s.
  expect(makespans(found)).toMatchObject({ 'as-written null': 61, 'pipeline null': 24 });
  const stages = found.candidates.find(({ execution }) => execution === 'pipeline')?.stages;
  expect(stages).toEqual(['fetch', 'parse', 'store'].map((id) => ({ id, capability: `do.${id}`, concurrency: 1 })));
  expect(found.change).toContain('pattern: pipeline');
  expect(found.assumptions).toEqual([]);
});

test('a pipeline among others', async () => {
  const steps = [
    each('a', 'input.items'),
    each('b', 'steps.a.output'),
    each('c', 'input.items'),
    step('d', needs('c')),
    step('e', needs('b', 'd')),
  ];
  const known = knows({ 'do.a': 500, 'do.b': 500, 'do.c': 10, 'do.d': 10, 'do.e': 10 }, 1);
  expect(await told({ steps }, known, items)).toMatchObject({
    execution: 'pipeline',
    shape: { maxFanIn: 2, kind: 'graph' },
  });
});

test('lists that share more than elements do not stream', async () => {
  const known = knows({ 'do.a': 10, 'do.b': 10, 'do.c': 10, 'do.d': 10 });
  const streams = async (...steps: object[]) => (await told({ steps }, known, items)).shape.streams;
  const a = each('a', 'input.items');
  expect(await streams(a, each('b', 'steps.a.output[0]'))).toEqual([]);
  expect(await streams(a, each('b', 'steps.a.output', { when: 'true' }))).toEqual([]);
  expect(await streams(a, each('b', 'steps.a.output'), step('c', needs('a')))).toEqual([]);
  expect(await streams(a, step('c'), each('b', 'steps.a.output', needs('c')))).toEqual([]);
  expect(await streams(step('a'), each('b', 'steps.a.output'))).toEqual([]);
  const inside = { pattern: 'parallel', steps: [step('x', { capability: 'do.c' })] };
  const found = await told(
    { steps: [{ id: 'a', forEach: 'input.items', ...inside }, each('b', 'steps.a.output')] },
    known,
    items,
  );
  expect(found.candidates.find(({ execution }) => execution === 'pipeline')?.stages[0]).toMatchObject({
    capability: null,
  });
});

test('what is unknown is said: durations, lengths, waits, agents', async () => {
  const wait = { id: 'ok', wait: { signal: 'approved' } };
  const steps = [step('new'), wait, each('list', 'steps.new.output'), step('absent')];
  const found = await told({ concurrency: 9, steps }, knows({ 'do.list': 50, 'do.absent': 200_000 }));
  expect(found.unknown).toEqual(['do.new']);
  expect(found.assumptions).toEqual([
    expect.stringContaining('do.new has never been done'),
    expect.stringContaining('list of list'),
    expect.stringContaining('ok waits'),
  ]);
  expect(found.reasons.join(' ')).toMatch(/Nobody who is present offers do.absent/);
  expect(found.reasons.join(' ')).toMatch(/as written 3\.\d min/);
  expect(found.candidates[0]).toMatchObject({ execution: 'as-written', concurrency: 9 });
  expect(found.loads.find(({ capability }) => capability === 'do.absent')).toMatchObject({ slots: null });
});

test('lengths from the input, from earlier runs, and of patterns inside others', async () => {
  const tasks = async (found: Promise<Recommendation>) => (await found).loads.map((load) => load.tasks);
  const known = knows({ 'do.x': 10, 'do.y': 10 }, 4, { each: 7, 'sub/each': 3 });
  const x = { capability: 'do.x' };
  expect(
    await tasks(
      told(
        {
          steps: [
            { ...each('each', 'steps.a.output'), ...x },
            { id: 'a', ...x },
          ],
        },
        known,
      ),
    ),
  ).toEqual([8]);
  expect(await tasks(told({ steps: [{ ...each('each', 'input.items'), ...x }] }, known, items))).toEqual([20]);
  expect(await tasks(told({ steps: [{ ...each('each', 'input.items'), ...x }] }, known, { items: 5 }))).toEqual([1]);
  expect(await tasks(told({ steps: [{ ...each('each', 'input.none'), ...x }] }, known, items))).toEqual([7]);
  expect(await tasks(told({ steps: [{ ...each('each', '$error("no")'), ...x }] }, known, items))).toEqual([7]);
  const inner = { id: 'sub', pattern: 'sequential', steps: [each('each', 'run.id', x)] };
  expect(await tasks(told({ steps: [inner] }, known))).toEqual([3]);
  const stages = [x, { capability: 'do.y' }];
  const pipe = { id: 'pipe', pattern: 'pipeline', items: 'input.items', stages };
  expect(await tasks(told({ steps: [pipe] }, known, items))).toEqual([20, 20]);
  const votes = { id: 'vote', pattern: 'consensus', agents: 5, ...x };
  expect(await tasks(told({ steps: [votes] }, known))).toEqual([5]);
});

test('sub-workflows count, also those that use themselves', async () => {
  const stored = (document: object) => ({
    capability: () => undefined,
    definition: (name: string) => ({ name, version: 1, document: { name, ...document } }),
  });
  const used = { steps: [{ id: 'sub', workflow: 'other' }] };
  const graph = graphOf(
    { name: 'w', ...used },
    stored({ steps: [each('each', 'input.items', { capability: 'do.x' })] }),
  );
  expect((await recommend(graph, {}, knows({ 'do.x': 5 })))?.loads).toMatchObject([{ tasks: 10 }]);
});

test('definitions that use themselves end somewhere', async () => {
  const again = { id: 'again', workflow: 'other', when: 'false' };
  const definition = (name: string) => {
    return { name, version: 1, document: { name, steps: [each('each', '[1, 2]', { capability: 'do.x' }), again] } };
  };
  const knowing = { capability: () => undefined, definition };
  const graph = graphOf({ name: 'w', steps: [{ id: 'sub', workflow: 'other' }] }, knowing);
  expect((await elementsOf(graph, {}, () => undefined)).counts.get('sub/again/each')).toBe(2);
  expect(await recommend(graph, {}, knows({ 'do.x': 5 }))).toBeUndefined();
});

test('the document holds back a list, and nobody has the capability: all at once', async () => {
  const steps = [each('each', 'input.items', { capability: 'do.absent', concurrency: 1 })];
  const found = await told({ steps }, { ...knows({ 'do.absent': 1000 }), slotsOf: () => undefined }, items);
  expect(found).toMatchObject({
    execution: 'as-written',
    loads: [{ slots: null, boundMs: expect.closeTo(20_000, -3) }],
  });
  const three = await told({ steps }, knows({ 'do.absent': 1000 }, 3), items);
  expect(three.execution).toBe('as-written');
  const free = { ...knows({ 'do.absent': 1000 }), slotsOf: () => 2 };
  const two = { items: [1, 2] };
  expect(await told({ steps }, free, two)).toMatchObject({ execution: 'parallel', concurrency: null });
  expect((await told({ steps }, free, two)).change).toContain('Leave `concurrency`');
});

test('steps that ask the same are told of a consensus; a single step is nothing to arrange', async () => {
  const same = ['a', 'b', 'c'].map((id) => step(id, { capability: 'do.x', input: { q: 1 } }));
  const found = await told(
    { steps: [...same, step('d', { ...needs('a', 'b'), capability: 'do.x' })] },
    knows({ 'do.x': 5 }),
  );
  expect(found.shape).toMatchObject({ kind: 'graph', alike: [{ capability: 'do.x', steps: ['a', 'b', 'c'] }] });
  expect(found.reasons.join(' ')).toContain('consensus with agents: 3');
  expect((await told({ steps: [step('a')] }, knows({ 'do.a': 5 }))).reasons[0]).toContain('one step');
  const waiting = await told({ steps: [{ id: 'w', wait: { seconds: 5 } }] }, knows({}));
  expect([waiting.loads, waiting.makespanMs <= 1]).toEqual([[], true]);
});

test('what nobody could foresee has no recommendation', async () => {
  const swarm = { id: 's', pattern: 'swarm', capability: 'do.x', population: 'input.n', bounds: [[0, 1]] };
  expect(await recommend(graphOf({ name: 'w', steps: [swarm] }), {}, knows({ 'do.x': 5 }))).toBeUndefined();
});
