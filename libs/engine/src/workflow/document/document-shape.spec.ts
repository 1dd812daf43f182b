import { Ajv } from 'ajv';
import { faultsOf, graphOf, told } from './compiled.fixture';
import { documentLimits, workflowDocumentSchema } from './document-schema';

const echo = { capability: 'probe.echo' };
const a = (step: object) => [{ id: 'a', ...step }];
const consensus = { pattern: 'consensus', ...echo, agents: 3 };
const swarm = { pattern: 'swarm', ...echo, population: 3, bounds: [[0, 1]] };
const auction = { pattern: 'auction', ...echo };
const parallel = { pattern: 'parallel', steps: a(echo) };

test('the schema is one that strict readers take', () => {
  expect(() => new Ajv({ strict: true }).compile(workflowDocumentSchema)).not.toThrow();
});

test.each<[string, object, string]>([
  ['nothing to do', {}, ': says nothing to do: give it one of capability, workflow, wait and pattern'],
  ['two things to do', { ...echo, wait: { seconds: 1 } }, '.capability: is one thing too much: a step has one of'],
  ['a pattern and a workflow', { ...parallel, workflow: 'w' }, '.workflow: is one thing too much'],
  ['an unknown pattern', { pattern: 'sequental', steps: [] }, '.pattern: must be one of sequential, parallel, '],
  [
    'a field that is near another',
    { ...echo, foreach: '[1]' },
    '.foreach: is not a field of a step that is a task: did you mean forEach?',
  ],
  ['a retry of a wait', { wait: { seconds: 1 }, retry: {} }, '.retry: is not a field of a step that waits'],
  [
    'a fallback of a sub-workflow',
    { workflow: 'w', fallback: [] },
    '.fallback: is not a field of a step that is a sub-workflow',
  ],
  ['an input that is no object', { workflow: 'w', input: 'text' }, '.input: must match pattern'],
  ['a list as input', { workflow: 'w', input: [] }, '.input: must be object'],
  ['agents of a swarm', { ...swarm, agents: 3 }, '.agents: is not a field of a step with the pattern swarm'],
  ['a join that is no word', { ...parallel, join: 'some' }, '.join: must be one of all, any'],
  ['a join that is something else', { ...parallel, join: { quorum: 0 } }, '.join.quorum: must be >= 1'],
  ['no steps', { pattern: 'parallel', steps: [] }, '.steps: must NOT have fewer than 1 items'],
  [
    'a quorum out of reach',
    { ...parallel, join: { quorum: 2 } },
    '.join.quorum: can never be reached: there are 1 steps',
  ],
  [
    'votes out of reach',
    { ...consensus, decide: { quorum: 4 } },
    '.decide.quorum: can never be reached: there are 3 agents',
  ],
  ['one voter', { ...consensus, agents: 1 }, '.agents: must be >= 2'],
  ['nothing to compare by', { ...consensus, compare: {} }, '.compare: must have one of path, tolerance'],
  ['a word that compares nothing', { ...consensus, compare: 'about' }, '.compare: must be one of exact'],
  ['a tie broken by nobody', { ...consensus, tieBreak: {} }, '.tieBreak.judge: is missing'],
  ['a negative weight', { ...auction, score: { cost: -1 } }, '.score.cost: must be >= 0'],
  ['a score of something else', { ...auction, score: { price: 1 } }, '.score.price: is not a field of score'],
  [
    'an empty dimension',
    {
      ...swarm,
      bounds: [
        [0, 1],
        [2, 1],
      ],
    },
    '.bounds[1]: is empty: 2 is over 1; write [lower, upper]',
  ],
  ['half a dimension', { ...swarm, bounds: [[0]] }, '.bounds[0]: must NOT have fewer than 2 items'],
  ['too many particles', { ...swarm, population: 1001 }, '.population: must be <= 1000'],
  ['a move of both kinds', { ...swarm, move: { capability: 'm', own: 1 } }, '.move.own: is not a field of move'],
  ['a wait for nothing', { wait: {} }, '.wait: must have exactly one of signal, seconds and until'],
  ['a wait for two things', { wait: { signal: 's', seconds: 1 } }, '.wait: must have exactly one of'],
  ['a time without a zone', { wait: { until: '2026-03-01T12:00:00' } }, '.wait.until: is no time with a zone: write'],
  ['a day', { wait: { until: '2026-03-01' } }, '.wait.until: is no time with a zone'],
  ['a month too much', { wait: { until: '2026-13-01T12:00:00Z' } }, '.wait.until: is no time with a zone'],
  ['a timeout of a time', { wait: { seconds: 1 }, timeoutSeconds: 3 }, '.timeoutSeconds: is of use for a signal only'],
  [
    'a timeout in a wait for a time',
    { wait: { seconds: 1, timeoutSeconds: 3 } },
    '.wait.timeoutSeconds: is of use for a signal only',
  ],
  [
    'a timeout said twice',
    { wait: { signal: 's', timeoutSeconds: 3 }, timeoutSeconds: 3 },
    '.timeoutSeconds: is said twice: keep wait.timeoutSeconds',
  ],
  [
    'going on after no timeout',
    { wait: { signal: 's', onTimeout: 'fail' } },
    '.wait.onTimeout: is of use for a signal with',
  ],
  ['an unknown name in a wait', { wait: { seconds: 'x' } }, '.wait.seconds: x is not in scope'],
  ['an unknown step in a wait', { wait: { until: 'steps.x.output' } }, '.wait.until: refers to the unknown step x'],
  [
    'a stage without anything',
    { pattern: 'pipeline', items: '[1]', stages: [{}] },
    '.stages[0]: says nothing to do: give it capability or workflow',
  ],
  [
    'a condition of a stage',
    { pattern: 'pipeline', items: '[1]', stages: [{ ...echo, when: 'true' }] },
    '.stages[0].when: is not a field of a stage',
  ],
])('%s is refused, and nothing else said', (_what, step, fault) => {
  expect(told(a(step))).toEqual([expect.stringContaining(`steps[0]${fault}`)]);
});

test('going on after a timeout needs a signal', () => {
  const path = told(a({ wait: { seconds: 1, onTimeout: 'fail' }, timeoutSeconds: 3 })).map(
    (fault) => fault.split(':')[0],
  );
  expect(path).toEqual(['steps[0].timeoutSeconds', 'steps[0].wait.onTimeout']);
});

test('a fault of shape hides no other, and brings no noise', () => {
  const steps = [
    { id: 'a', foreach: 'input.l', ...echo, input: ['${{ item }}', '${{ steps.gone.output }}'], needs: ['nobody', 5] },
    {
      id: 'b',
      pattern: 'parallel',
      join: 'some',
      when: '(',
      steps: [{ id: 'x', ...echo, input: '${{ steps.y.output & item }}' }, 5],
    },
    { id: 'c', needs: ['d'], when: 5, forEach: 7 },
    { id: 'd', ...echo, needs: ['c'], input: '${{ nope }}' },
    { id: 5, ...echo },
    { id: 'c', ...echo, version: 'one or two' },
  ];
  const document = { name: '', stpes: 1, output: '${{ steps.d.output & steps.e.output }}', steps };
  expect(
    faultsOf(document)
      .map(({ path }) => path)
      .sort(),
  ).toEqual([
    'name',
    'output',
    'steps[0].foreach',
    'steps[0].input[1]',
    'steps[0].needs[0]',
    'steps[0].needs[1]',
    'steps[1].join',
    'steps[1].steps[0].input',
    'steps[1].steps[1]',
    'steps[1].when',
    'steps[2]',
    'steps[2].forEach',
    'steps[2].needs',
    'steps[2].when',
    'steps[3].input',
    'steps[4].id',
    'steps[5].id',
    'steps[5].version',
    'stpes',
  ]);
});

test('inside a step of no known kind nothing is known but references', () => {
  const swarms = [
    { id: 'x', ...swarm, bounds: 5, needs: ['y'] },
    { id: 'z', ...parallel, input: '${{ steps.q.output }}' },
  ];
  expect(told(a({ pattern: 'paralel', steps: swarms }))).toEqual([
    expect.stringContaining('steps[0].pattern: must be one of'),
    'steps[0].steps[0].needs[0]: refers to the unknown step y',
    'steps[0].steps[1].input: refers to the unknown step q',
  ]);
});

test('steps are counted with those inside others, and so are stages', () => {
  const stages = Array.from({ length: 100 }, () => echo);
  const inner = Array.from({ length: 100 }, (_, n) => ({ id: `s${n}`, pattern: 'pipeline', items: '[1]', stages }));
  const fault = {
    path: 'steps',
    message: `are 10101 in all, over ${documentLimits.steps}: make parts of it sub-workflows`,
  };
  expect(faultsOf({ name: 'w', steps: a({ pattern: 'parallel', steps: inner }) })).toEqual([fault]);
});

test('patterns may be nested so deep and no deeper', () => {
  let step: object = { id: 's', ...echo };
  for (let depth = 0; depth < documentLimits.nesting; depth += 1)
    step = { id: 's', pattern: 'sequential', steps: [step] };
  expect(graphOf({ name: 'w', steps: [step] }).nodes).toHaveLength(1);
  const path = 'steps[0]'.concat('.steps[0]'.repeat(9));
  expect(faultsOf({ name: 'w', steps: a({ pattern: 'parallel', steps: [step] }) })).toEqual([
    { path, message: 'stands in more than 8 others: make an inner pattern a sub-workflow' },
  ]);
});

test('what nests without end, or refers to itself, is refused before it is looked at', () => {
  const itself: { name: string; steps: unknown[] } = { name: 'w', steps: [] };
  itself.steps.push(itself);
  expect(faultsOf(itself)).toEqual([{ path: '', message: expect.stringMatching(/deeper than 150/) }]);
  let deep: unknown = 1;
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  expect(faultsOf({ name: 'w', steps: a({ ...echo, input: deep }) })).toHaveLength(1);
});

describe('a document that is one pattern', () => {
  test('is one with that step, whose output is that of the run', async () => {
    const graph = graphOf({
      name: 'w',
      ...consensus,
      input: '${{ input.q }}',
      timeoutSeconds: 5,
      deadlineSeconds: 9,
      budget: { tasks: 3 },
    });
    expect(graph.nodes[0]).toMatchObject({ id: 'consensus', body: { kind: 'pattern', timeoutSeconds: 5 } });
    expect(graph).toMatchObject({
      deadlineSeconds: 9,
      budget: { tasks: 3 },
      concurrency: Infinity,
      onFailure: 'fail-fast',
    });
    expect(graph.document).toMatchObject({ name: 'w', steps: [{ id: 'consensus', input: '${{ input.q }}' }] });
    expect(graph.document.input).toBeUndefined();
    const scope = { steps: { consensus: { output: 'yes', state: 'completed' } } };
    expect(await graph.output?.fill(scope, new Date(0))).toEqual({ ok: true, value: 'yes' });
  });

  test('of steps has an output of its own, and input for the run', () => {
    const graph = graphOf({
      name: 'w',
      ...parallel,
      input: { q: 1 },
      output: '${{ steps.a.output }}',
      concurrency: 2,
      onFailure: 'continue',
    });
    expect(graph.document).toMatchObject({ input: { q: 1 }, output: '${{ steps.parallel.output }}' });
    expect(graph).toMatchObject({ concurrency: 2, onFailure: 'continue' });
    expect(graph.nodes[0]?.body).toMatchObject({ kind: 'steps', graph: { output: { expressions: [{}] } } });
  });

  test('of another kind may say what the run gives', () => {
    const items = { name: 'w', pattern: 'pipeline', items: 'input.l', stages: [echo] };
    expect(graphOf({ ...items, output: '${{ steps.pipeline.output[0] }}' }).document.output).toContain('[0]');
    expect(faultsOf({ ...items, output: '${{ steps.x.output }}' })).toEqual([
      { path: 'output', message: 'refers to the unknown step x' },
    ]);
  });

  test('has its faults where they stand', () => {
    const paths = (document: object) =>
      faultsOf({ name: 'w', ...document })
        .map(({ path }) => path)
        .sort();
    const steps = [{ id: 'x', ...echo, input: { q: '${{ nope }}' } }, { id: 'y' }];
    expect(paths({ pattern: 'sequential', steps, output: '${{ item }}' })).toEqual([
      'output',
      'steps[0].input.q',
      'steps[1]',
    ]);
    const unknown = { id: 'x', ...echo, needs: ['z'] };
    expect(paths({ pattern: 'sequential', steps: [unknown], needs: [] })).toEqual(['needs', 'steps[0].needs[0]']);
    expect(paths({ pattern: 'nothing', steps: [unknown] })).toEqual(['pattern', 'steps[0].needs[0]']);
    const stages = [{ ...echo, input: '${{ nope }}' }];
    expect(paths({ pattern: 'pipeline', items: '${{ ) }}', stages })).toEqual(['items', 'stages[0].input']);
  });
});

test('so many faults cost no more than those that are told', () => {
  const fields = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`inputs${n}`, n]));
  const faults = faultsOf({ name: 'w', inputt: 1, steps: a(echo), ...fields });
  expect(faults).toHaveLength(documentLimits.faults);
  expect(faults[0]?.message).toMatch(/did you mean input\?$/);
});
