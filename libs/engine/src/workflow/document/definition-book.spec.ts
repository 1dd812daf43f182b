import { compileWorkflow, type MeshKnowledge } from './compile-workflow';
import { faultsOf, graphOf } from './compiled.fixture';
import { DefinitionBook, type StoredDefinition } from './definition-book';
import { type WorkflowBody } from './graph';

const echo = { capability: 'probe.echo' };
const using = (id: string, workflow: string, more: object = {}) => ({ id, workflow, ...more });

/** Knows these; the last of a name is its newest. */
function shelf(...stored: [name: string, version: number, steps: readonly unknown[]][]): MeshKnowledge {
  const all = stored.map(([name, version, steps]): StoredDefinition => ({ name, version, document: { name, steps } }));
  return {
    capability: () => undefined,
    definition: (name, version) =>
      all.findLast((one) => one.name === name && (version === undefined || one.version === version)),
    nearDefinition: (name) => all.map((one) => one.name).filter((known) => known.startsWith(name.charAt(0))),
  };
}

const bodies = (document: unknown, knows: MeshKnowledge) =>
  graphOf(document, knows).nodes.map(({ body }) => body as WorkflowBody);

test('a definition is compiled once however often it is used, the newest where no version is named', () => {
  const knows = shelf(['part', 1, [{ id: 'x', ...echo }]], ['part', 2, [{ id: 'y', ...echo }]]);
  const steps = [
    using('a', 'part'),
    using('b', 'part'),
    using('c', 'part', { definitionVersion: 1, timeoutSeconds: 3 }),
  ];
  const [a, b, c] = bodies({ name: 'w', steps }, knows) as [WorkflowBody, WorkflowBody, WorkflowBody];
  expect(a).toMatchObject({ kind: 'workflow', name: 'part', version: 2 });
  expect(a.graph()).toBe(b.graph());
  expect(a.graph().nodes[0]?.id).toBe('y');
  expect(c).toMatchObject({ version: 1, timeoutSeconds: 3 });
  expect(c.graph().nodes[0]?.id).toBe('x');
});

test('the definitions are told that are used directly or not', () => {
  const knows = shelf(['one', 1, [using('a', 'two')]], ['two', 4, [{ id: 'x', ...echo }]]);
  const compiled = compileWorkflow({ name: 'w', steps: [using('a', 'one'), using('b', 'one')] }, knows);
  const definitions = compiled.ok ? compiled.definitions : [];
  expect(definitions.map(({ name, version }) => [name, version])).toEqual([
    ['one', 1],
    ['two', 4],
  ]);
});

test('a definition may use itself, also by way of another', () => {
  const knows = shelf(
    ['tree', 1, [using('deeper', 'branch', { when: 'input.n > 0' })]],
    ['branch', 1, [using('up', 'tree')]],
  );
  const [body] = bodies({ name: 'w', steps: [using('a', 'tree')] }, knows);
  const branch = body?.graph().nodes[0]?.body as WorkflowBody;
  const tree = branch.graph().nodes[0]?.body as WorkflowBody;
  expect(tree.graph()).toBe(body?.graph());
});

test('the steps of a definition see their own input and nothing from outside', () => {
  const knows = shelf(['part', 1, [{ id: 'x', ...echo, input: ['${{ item }}', '${{ steps.first.output }}'] }]]);
  const steps = [{ id: 'first', ...echo }, using('a', 'part', { forEach: '[1]', input: { q: '${{ item }}' } })];
  expect(faultsOf({ name: 'w', steps }, knows)).toEqual([
    {
      path: 'steps[1].workflow',
      message: expect.stringMatching(/^part version 1 cannot be run: steps\[0\]\.input\[0\] item/),
    },
  ]);
});

test('faults inside a definition are told at each step that uses it', () => {
  const knows = shelf(['bad', 3, [{ id: 'x' }, { id: 'x', ...echo }]], ['worse', 1, [using('y', 'bad')]]);
  const messages = faultsOf({ name: 'w', steps: [using('a', 'bad'), using('b', 'worse')] }, knows);
  expect(messages).toEqual([
    {
      path: 'steps[0].workflow',
      message: expect.stringMatching(/^bad version 3 .* steps\[0\] says nothing.*\(and 1 more\)$/),
    },
    {
      path: 'steps[1].workflow',
      message: expect.stringMatching(/^worse version 1 .* steps\[0\]\.workflow bad version 3/),
    },
  ]);
});

test('unknown definitions and versions are refused, with names like them', () => {
  const knows = shelf(['part', 2, [{ id: 'x', ...echo }]]);
  const steps = [
    using('a', 'prat'),
    using('b', 'zzz'),
    using('c', 'part', { definitionVersion: 9 }),
    using('d', 'q', { definitionVersion: 1 }),
  ];
  expect(faultsOf({ name: 'w', steps }, knows)).toEqual([
    { path: 'steps[0].workflow', message: 'no definition is called prat: did you mean part?' },
    { path: 'steps[1].workflow', message: expect.stringContaining('POST /api/definitions') },
    { path: 'steps[2].definitionVersion', message: 'part has no version 9; its newest is 2' },
    { path: 'steps[3].workflow', message: expect.stringContaining('no definition is called q') },
  ]);
  const bare: MeshKnowledge = { capability: () => undefined };
  expect(faultsOf({ name: 'w', steps: [using('a', 'part')] }, bare)).toHaveLength(1);
  expect(faultsOf({ name: 'w', steps: [using('a', 'part')] }, { ...bare, definition: () => undefined })).toHaveLength(
    1,
  );
});

test('the graph of a definition with faults is never given out', () => {
  const stored = { name: 'part', version: 1, document: {} };
  const faults = [{ path: 'steps', message: 'is missing' }];
  const known = { definition: (name: string) => (name === 'part' ? stored : undefined) };
  const book = new DefinitionBook(known, () => ({ graph: undefined, faults }));
  const reported = { fault: jest.fn() };
  for (const workflow of ['part', 'other']) {
    expect(() => book.use({ workflow }, 'steps[0]', reported).graph()).toThrow(/was not compiled/);
  }
  expect(reported.fault).toHaveBeenCalledTimes(2);
});
