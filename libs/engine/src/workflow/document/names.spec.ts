import { type MeshKnowledge } from './compile-workflow';
import { faultsOf } from './compiled.fixture';
import { capabilitiesIn, definitionsIn } from './names';

const document = {
  name: 'w',
  steps: [
    { id: 'a', capability: 'x.a', fallback: ['x.b', 'x.c'] },
    { id: 'h', pattern: 'hierarchical', capability: 'x.h', workers: ['x.w1', 'x.w2'] },
    { id: 'c', pattern: 'consensus', capability: 'x.a', agents: 2, tieBreak: { judge: 'x.j' } },
    { id: 's', pattern: 'swarm', capability: 'x.s', population: 2, bounds: [[0, 1]], move: { capability: 'x.m' } },
    {
      id: 'p',
      pattern: 'parallel',
      steps: [
        { id: 'u', workflow: 'sub', definitionVersion: 2 },
        { id: 'p', pattern: 'pipeline', items: '[1]', stages: [{ capability: 'x.p' }, { workflow: 'sub' }] },
        { id: 'again', workflow: 'sub', definitionVersion: 2 },
      ],
    },
  ],
};
const all = ['x.a', 'x.b', 'x.c', 'x.h', 'x.w1', 'x.w2', 'x.j', 'x.s', 'x.m', 'x.p'];

test('every capability a document names anywhere, each once', () => {
  expect(capabilitiesIn(document)).toEqual(all);
  expect(capabilitiesIn({ name: 'w', pattern: 'auction', capability: 'x.a', steps: 'no' })).toEqual(['x.a']);
});

test('every definition a document uses, each version once', () => {
  expect(definitionsIn(document)).toEqual([
    { name: 'sub', version: 2 },
    { name: 'sub', version: undefined },
  ]);
});

test.each([
  null,
  5,
  'text',
  [],
  {},
  { steps: 5 },
  { steps: [null, 5, [], { capability: 5, workflow: 5, fallback: [5], workers: 'x', tieBreak: 'fail', move: [] }] },
])('there are none in %j', (nothing) => {
  expect(capabilitiesIn(nothing)).toEqual([]);
  expect(definitionsIn(nothing)).toEqual([]);
});

test('those that nobody offers are told wherever they stand', () => {
  const known: MeshKnowledge = {
    capability: (name) => name === 'x.a',
    definition: (name) => ({ name, version: 1, document: { name, steps: [{ id: 'a', capability: 'x.a' }] } }),
  };
  expect(faultsOf(document, known).map(({ path }) => path)).toEqual([
    'steps[0].fallback[0]',
    'steps[0].fallback[1]',
    'steps[1].capability',
    'steps[1].workers[0]',
    'steps[1].workers[1]',
    'steps[2].tieBreak.judge',
    'steps[3].capability',
    'steps[3].move.capability',
    'steps[4].steps[1].stages[0].capability',
  ]);
});
