import { spawnLimits } from '@baton/contracts';
import { compileWorkflow } from './compile-workflow';
import { anything, bodyOf, graphOf } from './compiled.fixture';
import { type StepsBody } from './graph';

const at = new Date(0);
const scope = { input: { n: 3, list: [1] }, run: { id: 'r' } };
const echo = { capability: 'probe.echo' };

test('a task has its terms and nothing else of the step', () => {
  const terms = { priority: 7, tags: ['x'], retry: { maxRetries: 1 }, fallback: ['b'], cost: 2, version: '^1' };
  const body = bodyOf('task', { ...echo, ...terms, timeoutSeconds: 9, optional: true, needs: ['first'] });
  expect(body).toMatchObject({ capability: 'probe.echo', timeoutSeconds: 9, spawning: undefined });
  expect(body.terms).toEqual(terms);
});

test('a coordinator is a task that may spawn, within the usual limits where it names none', () => {
  const step = { pattern: 'hierarchical', ...echo, priority: 3 };
  expect(bodyOf('task', step)).toMatchObject({ spawning: spawnLimits, terms: { priority: 3 } });
  const { spawning } = bodyOf('task', { ...step, limits: { depth: 1 }, workers: ['w'] });
  expect(spawning).toEqual({ ...spawnLimits, depth: 1, capabilities: ['w'] });
});

test('a wait for a signal', () => {
  const body = bodyOf('wait', { wait: { signal: 'go', onTimeout: 'continue' }, timeoutSeconds: 5 });
  expect(body).toMatchObject({ signal: 'go', onTimeout: 'continue', timeoutSeconds: 5, seconds: undefined });
  const inside = { signal: 'go', timeoutSeconds: 5, onTimeout: 'continue' };
  expect(bodyOf('wait', { wait: inside })).toMatchObject({ onTimeout: 'continue', timeoutSeconds: 5 });
  expect(bodyOf('wait', { wait: { signal: 'go' } })).toMatchObject({ onTimeout: 'fail', timeoutSeconds: undefined });
});

test.each([
  ['seconds', 5, 5],
  ['seconds', 'input.n * 2', 6],
  ['seconds', '${{ input.n }}', 3],
  ['until', '2026-03-01T12:00:00+01:00', '2026-03-01T12:00:00+01:00'],
  ['until', 'input.n & "!"', '3!'],
] as const)('a wait: %s %j is %j', async (field, value, expected) => {
  const body = bodyOf('wait', { wait: { [field]: value } });
  expect(await body[field]?.fill(scope, at)).toEqual({ ok: true, value: expected });
  expect(body.signal).toBeUndefined();
});

test('steps of a sequence need the one before, and what they name besides', () => {
  const steps = [
    { id: 'one', ...echo },
    { id: 'two', ...echo },
    { id: 'three', ...echo, input: '${{ steps.one.output }}' },
  ];
  const { graph, pattern } = bodyOf('steps', { pattern: 'sequential', steps });
  expect(pattern).toBe('sequential');
  expect(graph.nodes.map(({ needs }) => needs)).toEqual([[], [0], [1, 0]]);
  expect(graph.join).toBe('all');
});

test.each([
  [undefined, 'all'],
  ['all', 'all'],
  ['any', 1],
  [{ quorum: 2 }, 2],
] as const)('parallel joins %j as %j', (join, expected) => {
  const steps = ['x', 'y', 'z'].map((id) => ({ id, ...echo }));
  const body = bodyOf('steps', { pattern: 'parallel', steps, timeoutSeconds: 4, ...(join && { join }) });
  expect(body.graph.join).toBe(expected);
  expect(body.graph.nodes.map(({ needs }) => needs)).toEqual([[], [], []]);
  expect(body.timeoutSeconds).toBe(4);
});

test('the output of steps sees them', async () => {
  const steps = [{ id: 'x', ...echo }];
  const { graph } = bodyOf('steps', { pattern: 'sequential', steps, output: { got: '${{ steps.x.output }}' } });
  const filled = await graph.output?.fill({ steps: { x: { output: 7, state: 'completed' } } }, at);
  expect(filled).toEqual({ ok: true, value: { got: 7 } });
});

test('forEach wraps whatever the step does; the timeout is that of each element', () => {
  const body = bodyOf('pattern', {
    forEach: 'input.list',
    concurrency: 2,
    timeoutSeconds: 9,
    pattern: 'parallel',
    steps: [{ id: 'x', forEach: '[1,2]', ...echo, input: ['${{ item }}', '${{ index }}'] }],
  });
  expect(body).toMatchObject({ pattern: { name: 'forEach' }, timeoutSeconds: undefined });
  const [part] = body.parts as [StepsBody];
  expect(part).toMatchObject({ kind: 'steps', timeoutSeconds: 9 });
  expect(part.graph.nodes[0]?.body).toMatchObject({ kind: 'pattern', parts: [{ kind: 'task' }] });
});

test('params are expressions with or without braces, or values', async () => {
  const swarm = { pattern: 'swarm', ...echo, timeoutSeconds: 60 };
  const params = (more: object) => bodyOf('pattern', { ...swarm, ...more }).params.fill(scope, at);
  const bounds = [[0, 1]];
  expect(await params({ population: 'input.n', bounds })).toEqual({ ok: true, value: { population: 3, bounds } });
  const whole = { population: 4, bounds: '${{ [[0, input.n]] }}' };
  expect(await params(whole)).toEqual({ ok: true, value: { population: 4, bounds: [[0, 3]] } });
  expect(bodyOf('pattern', { ...swarm, population: 4, bounds }).timeoutSeconds).toBe(60);
});

test('stages and members are parts; expressions of a pattern see its variables', async () => {
  const stages = [
    { id: 's', ...echo, input: '${{ item }}', concurrency: 2, buffer: 3 },
    { ...echo, input: ['${{ previous }}', '${{ index }}', '${{ steps.first.output }}'] },
  ];
  const pipeline = bodyOf('pattern', { pattern: 'pipeline', items: 'input.list', stages });
  expect(pipeline.parts.map(({ kind }) => kind)).toEqual(['task', 'task']);
  const votes = { pattern: 'consensus', ...echo, agents: 3, input: '${{ answers }}' };
  const body = bodyOf('pattern', { ...votes, weight: 'output.w + 1', tieBreak: { judge: 'j' } });
  expect(body.parts.map((part) => part.kind === 'task' && part.capability)).toEqual(['probe.echo', 'j']);
  expect(await body.expressions.get('weight')?.fill({ output: { w: 2 } }, at)).toEqual({ ok: true, value: 3 });
});

test('chains are measured through patterns', () => {
  const inner = ['x', 'y', 'z'].map((id) => ({ id, ...echo }));
  const graph = graphOf({
    name: 'w',
    steps: [
      { id: 'a', ...echo },
      { id: 'b', pattern: 'sequential', steps: inner, needs: ['a'] },
      { id: 'c', forEach: '[1]', pattern: 'sequential', steps: inner, needs: ['b'] },
      { id: 'd', pattern: 'pipeline', items: '[1]', stages: [echo, echo], needs: ['c'] },
    ],
  });
  expect(graph.nodes.map((node) => node.stepsBehind)).toEqual([8, 5, 2, 0]);
});

test('a pattern that is in no list is a mistake of the program', () => {
  const steps = [{ id: 'a', ...echo, forEach: '[1]' }];
  expect(() => compileWorkflow({ name: 'w', steps }, anything, [])).toThrow(/no pattern forEach/);
});
