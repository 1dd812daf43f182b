import { type FieldFault, type StepDocument, type TaskStep } from '@baton/contracts';
import { compileWorkflow, type MeshKnowledge } from './compile-workflow';
import { documentLimits } from './document-schema';

const anything: MeshKnowledge = { capability: () => undefined };
const step = (id: string, more: Partial<TaskStep> = {}): TaskStep => ({
  id,
  capability: 'probe.echo',
  ...more,
});

function faultsOf(document: unknown, knows = anything): readonly FieldFault[] {
  const compiled = compileWorkflow(document, knows);
  if (compiled.ok) throw new Error('compiled');
  return compiled.faults;
}

function graphOf(...steps: StepDocument[]) {
  const compiled = compileWorkflow({ name: 'w', steps }, anything);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return compiled.graph;
}

test('needs are declared and inferred, and edges go both ways', () => {
  const graph = graphOf(
    step('a'),
    step('b', { input: { x: '${{ steps.a.output }}' }, needs: ['a'] }),
    step('c', { when: 'steps.b.state = "completed"', forEach: '${{ steps.a.output.l }}', input: '${{ item }}' }),
  );
  expect(graph.nodes.map(({ needs }) => needs)).toEqual([[], [0], [1, 0]]);
  expect(graph.nodes.map(({ dependents }) => dependents)).toEqual([[1, 2], [2], []]);
  expect(graph.nodes.map(({ body }) => body.kind)).toEqual(['task', 'task', 'pattern']);
  expect(graph.order).toEqual([0, 1, 2]);
  expect(graph.nodes.map((node) => node.stepsBehind)).toEqual([2, 1, 0]);
});

test('every fault is reported at once, each with its path', () => {
  const faults = faultsOf({
    name: 'w',
    output: { r: '${{ steps.gone.output }}', i: '${{ item }}', x: '${{ nope }}', y: '${{ ) }}' },
    steps: [
      step('a', { input: { q: '${{ steps.zz.output }}', r: '${{ bad + }}' } }),
      step('a', { needs: ['nobody'], concurrency: 2 }),
      step('my-step'),
      step('d', { input: '${{ steps.my.output }}', when: 'item > 1' }),
      step('e', { forEach: 'index', input: ['${{ inptu }}'] }),
    ],
  });
  expect(faults.map(({ path }) => path).sort()).toEqual(
    [
      'output.i',
      'output.r',
      'output.x',
      'output.y',
      'steps[0].input.q',
      'steps[0].input.r',
      'steps[1].concurrency',
      'steps[1].id',
      'steps[1].needs[0]',
      'steps[3].input',
      'steps[3].when',
      'steps[4].forEach',
      'steps[4].input[0]',
    ].sort(),
  );
  expect(faults.find(({ path }) => path === 'steps[3].input')?.message).toContain('steps.`my-step`');
});

test.each<[string, unknown, string, RegExp]>([
  ['no object', 5, '', /object/],
  ['nothing', undefined, '', /object/],
  ['no steps', { name: 'w', steps: [] }, 'steps', /fewer than 1/],
  ['a missing field', { name: 'w', steps: [{ id: 'a' }] }, 'steps[0]', /nothing to do/],
  ['an unknown field', { name: 'w', steps: [{ ...step('a'), 'a/b~c': 1 }] }, 'steps[0].a/b~c', /not a field/],
  ['an unknown field at the top', { name: 'w', steps: [step('a')], stpes: 1 }, 'stpes', /not a field/],
  ['a wrong word', { name: 'w', onFailure: 'stop', steps: [step('a')] }, 'onFailure', /fail-fast, continue/],
  ['an id that no expression could name', { name: 'w', steps: [step('a b')] }, 'steps[0].id', /pattern/],
  [
    'too many steps',
    { name: 'w', steps: Array.from({ length: documentLimits.steps + 1 }, (_, n) => step(`s${n}`)) },
    'steps',
    /10001 in all/,
  ],
  ['too much text', { name: 'w'.repeat(documentLimits.jsonLength), steps: [] }, '', /by reference/],
])('%s is refused', (_rule, document, path, message) => {
  expect(faultsOf(document)).toContainEqual({ path, message: expect.stringMatching(message) });
});

test('a range of versions is checked, and handed to the task with the resources', () => {
  const wrong = step('a', { version: 'one or two' });
  expect(faultsOf({ name: 'w', steps: [wrong] })).toMatchObject([{ path: 'steps[0].version' }]);
  const right = step('a', { version: '^1', resources: { cpu: 1 } });
  expect(graphOf(right).nodes[0]?.body).toMatchObject({ terms: { version: '^1', resources: { cpu: 1 } } });
});

test('cycles are named, each once, and what hangs behind them is not', () => {
  const steps = [
    step('a', { needs: ['b'] }),
    step('b', { input: '${{ steps.c.output }}' }),
    step('c', { needs: ['a'] }),
    step('behind', { needs: ['c'] }),
    step('self', { needs: ['self'] }),
  ];
  expect(faultsOf({ name: 'w', steps })).toEqual([
    { path: 'steps[0].needs', message: 'is part of a cycle: a needs b needs c needs a' },
    { path: 'steps[4].needs', message: 'is part of a cycle: self needs self' },
  ]);
});

test('unknown capabilities are refused with near names, also as fallback', () => {
  const knows: MeshKnowledge = {
    capability: (name) => name === 'probe.echo',
    near: (name) => (name === 'probe.ecko' ? ['probe.echo'] : []),
  };
  const steps = [{ id: 'a', capability: 'probe.ecko', fallback: ['probe.echo', 'x.y'] }];
  expect(faultsOf({ name: 'w', steps }, knows)).toEqual([
    { path: 'steps[0].capability', message: 'no agent offers probe.ecko: did you mean probe.echo?' },
    { path: 'steps[0].fallback[1]', message: expect.stringContaining('GET /api/agents') },
  ]);
  const bare: MeshKnowledge = { capability: () => false };
  expect(faultsOf({ name: 'w', steps: [step('a')] }, bare)).toHaveLength(1);
});

test('the list of faults is bounded', () => {
  const steps = Array.from({ length: 500 }, (_, n) => step(`s${n}`, { needs: ['gone'] }));
  expect(faultsOf({ name: 'w', steps })).toHaveLength(documentLimits.faults);
});

test('10,000 steps with a fan-in of all compile quickly', () => {
  const steps = Array.from({ length: 9_999 }, (_, n) => step(`s${n}`, { input: { n } }));
  const started = performance.now();
  const graph = graphOf(...steps, step('last', { needs: steps.map(({ id }) => id) }));
  expect(graph.nodes[9_999]?.needs).toHaveLength(9_999);
  expect(performance.now() - started).toBeLessThan(3000);
});
