import { graphOf, told } from './compiled.fixture';

const echo = { capability: 'probe.echo' };
const refers = (id: string, to: string) => ({ id, ...echo, input: `\${{ steps.${to}.output }}` });

test('naming an outer step inside a pattern is needing it, at every depth', () => {
  const inner = {
    id: 'in',
    pattern: 'parallel',
    steps: [refers('deep', 'first'), { id: 'n', ...echo, needs: ['other'] }],
  };
  const outer = {
    id: 'out',
    pattern: 'sequential',
    steps: [{ id: 'x', ...echo }, inner],
    output: '${{ steps.third.output }}',
  };
  const steps = [...['first', 'other', 'third'].map((id) => ({ id, ...echo })), outer];
  const { nodes } = graphOf({ name: 'w', steps });
  expect([...(nodes[3]?.needs ?? [])].sort()).toEqual([0, 1, 2]);
});

test('an id inside hides the same id outside', () => {
  const steps = [
    { id: 'x', ...echo },
    { id: 'p', pattern: 'parallel', steps: [{ id: 'x', ...echo }, refers('y', 'x')] },
  ];
  expect(graphOf({ name: 'w', steps }).nodes[1]?.needs).toEqual([]);
});

test('a step inside that names the step around it is a cycle, and one inside a sequence that looks ahead', () => {
  expect(told([{ id: 'p', pattern: 'parallel', steps: [refers('x', 'p')] }])).toEqual([
    'steps[0].needs: is part of a cycle: p needs p',
  ]);
  expect(told([{ id: 'p', pattern: 'sequential', steps: [refers('x', 'y'), { id: 'y', ...echo }] }])).toEqual([
    'steps[0].steps[0].needs: is part of a cycle: x needs y needs x',
  ]);
});

test('a cycle through a step without an id names its place', () => {
  const steps = [refers('x', 'z'), { id: null, ...echo }, { id: 'z', ...echo }];
  expect(told([{ id: 'p', pattern: 'sequential', steps }])).toEqual([
    'steps[0].steps[1].id: must be string',
    'steps[0].steps[0].needs: is part of a cycle: x needs z needs steps[0].steps[1] needs x',
  ]);
});

test('steps inside a pattern are not seen from outside, nor by a stage around', () => {
  const p = { id: 'outer', pattern: 'parallel', steps: [{ id: 'inside', ...echo }] };
  expect(told([p, refers('q', 'insde')])).toEqual(['steps[1].input: refers to the unknown step insde']);
  expect(told([p, refers('q', 'otuer')])).toEqual([
    'steps[1].input: refers to the unknown step otuer: did you mean outer?',
  ]);
});

test('variables are seen in all that is inside, and nowhere else', () => {
  const inside = { id: 'x', ...echo, when: 'index > 0', input: '${{ item }}' };
  const each = { id: 'e', forEach: '[1]', pattern: 'sequential', steps: [inside], output: '${{ item }}' };
  expect(graphOf({ name: 'w', steps: [each] }).nodes).toHaveLength(1);
  expect(told([{ ...each, when: 'item', forEach: '[index]' }])).toEqual([
    expect.stringContaining('steps[0].when: item is not in scope; there are input, run.id, steps.<id>.output'),
    expect.stringMatching(/^steps\[0\]\.forEach: index is not in scope.*inside forEach and pipeline only/),
  ]);
});

test('expressions of a pattern see its variables only', () => {
  const vote = { id: 'v', pattern: 'consensus', ...echo, agents: 3, compare: { path: 'input.x' } };
  expect(
    told([
      { id: 'a', ...echo },
      { ...vote, weight: 'steps.a.output', decide: 'weighted' },
    ]),
  ).toEqual([
    'steps[1].weight: steps are not in scope here',
    'steps[1].compare.path: input is not in scope; there are output',
  ]);
});

test('what a pattern makes of its fields for another part is not reported twice', () => {
  const vote = { id: 'v', pattern: 'consensus', ...echo, agents: 3, tieBreak: { judge: 'j' } };
  expect(told([{ ...vote, input: ['${{ nope }}', '${{ ) }}', '${{ steps.z.output }}'] }])).toEqual([
    expect.stringMatching(/^steps\[0\]\.input\[1\]: is not valid/),
    expect.stringMatching(/^steps\[0\]\.input\[0\]: nope is not in scope/),
    'steps[0].input[2]: refers to the unknown step z',
  ]);
});

test('faults in stages and in steps of steps have their place', () => {
  const stages = [
    { ...echo, input: '${{ nope }}' },
    { ...echo, input: { q: '${{ steps.z.output }}' }, version: 'one or two' },
  ];
  expect(
    told([{ id: 'p', pattern: 'pipeline', items: 'bad(', stages }])
      .map((one) => one.split(':')[0])
      .sort(),
  ).toEqual(['steps[0].items', 'steps[0].stages[0].input', 'steps[0].stages[1].input.q', 'steps[0].stages[1].version']);
});
