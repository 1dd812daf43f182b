import { openSwarm, PlayedSwarm, rastrigin, type Script } from './swarm.fixture';
import { swarm } from './swarm';

interface Found {
  position: number[];
  history: number[];
  fitness: number;
  rounds: number;
  evaluations: number;
}

const square = ([at = 0]: number[]): number => (at - 1) ** 2;
const start = (script: Script = {}): Promise<PlayedSwarm> => new PlayedSwarm(script).reopen();

test('a round is begun when all of the one before have ended', async () => {
  const play = await start();
  expect(play.active.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  for (const index of [3, 1, 0]) await play.finish(index, { fitness: index });
  expect(play.children).toHaveLength(4);
  await play.finish(2, { fitness: 2 });
  expect(play.active.map(({ index }) => index)).toEqual([4, 5, 6, 7]);
  expect(play.run.plan(5)).toMatchObject({ part: 0, variables: { round: 1, best: { fitness: 0 } } });
});

test('finds the minimum, and says what it took', async () => {
  const play = await start({
    population: 40,
    stop: { rounds: 200, target: 0.01 },
    bounds: [
      [-5.12, 5.12],
      [-5.12, 5.12],
    ],
  });
  await play.play(rastrigin);
  expect(play.end).toMatchObject({ state: 'completed', output: { stopped: 'target' } });
  const { position, fitness, history, rounds, evaluations } = play.end?.output as unknown as Found;
  expect(rastrigin(position)).toBe(fitness);
  expect(history).toHaveLength(rounds);
  expect(evaluations).toBeGreaterThan((rounds - 1) * 40);
  expect([...history].sort((a, b) => b - a)).toEqual(history);
});

test('the target ends it within a round', async () => {
  const play = await start({ stop: { target: 1 } });
  const move = await play.finish(2, { fitness: 0.5 });
  expect(move.end).toMatchObject({
    state: 'completed',
    output: { fitness: 0.5, rounds: 1, evaluations: 1, stopped: 'target', history: [0.5] },
  });
  expect(move.notes).toEqual([{ what: 'stopped', details: expect.objectContaining({ stopped: 'target' }) as unknown }]);
});

test.each([
  ['rounds', { rounds: 2 }, { rounds: 2, evaluations: 8 }],
  ['evaluations', { evaluations: 10 }, { rounds: 3, evaluations: 10 }],
  ['evaluations', { evaluations: 8 }, { rounds: 2, evaluations: 8 }],
  ['rounds', undefined, { rounds: 100, evaluations: 400 }],
])('stops by %s', async (stopped, stop, told) => {
  const play = await start(stop && { stop });
  await play.play(square);
  expect(play.end).toMatchObject({ state: 'completed', output: { stopped, ...told } });
});

test('converged: no gain for `patience` rounds; small gains add up', async () => {
  const play = await start({ population: 1, stop: { patience: 2, gain: 0.5 } });
  for (const [index, fitness] of [5, 4.8, 4.4, 4.4, 4.3].entries()) {
    expect(play.end).toBeUndefined();
    await play.finish(index, { fitness });
  }
  expect(play.end).toMatchObject({ output: { stopped: 'converged', history: [5, 4.8, 4.4, 4.4, 4.3] } });
  expect(play.moves.at(-1)?.notes).toMatchObject([{ what: 'converged', details: { fitness: 4.3, rounds: 5 } }]);
});

test('maximize: the largest is the best, for target and patience too', async () => {
  const play = await start({ goal: 'maximize', stop: { target: 9 } });
  for (const [index, fitness] of [3, 8, -1, 2].entries()) await play.finish(index, { fitness });
  expect(play.run.interim).toMatchObject({ fitness: 8 });
  await play.finish(4, { fitness: 9 });
  expect(play.end).toMatchObject({ output: { fitness: 9, stopped: 'target' } });
});

test('an evaluation that failed counts as none', async () => {
  const play = await start({ stop: { rounds: 1 } });
  expect(play.run.interim).toBeNull();
  await play.finish(0, null, 'failed');
  await play.finish(1, { fitness: 'low' });
  await play.finish(2, { fitness: 7 });
  await play.finish(3, null);
  expect(play.end).toMatchObject({ output: { fitness: 7, evaluations: 4, history: [7] } });
});

test.each([
  ['failed', null, /the last: boom/],
  ['canceled', null, /the last: An evaluation was canceled/],
  ['completed', { fitness: { of: 'x'.repeat(99) } }, /fitness is \{"of":"xxx.*…, not a number/],
] as const)('a round in which all have %s ends it, with what there was', async (state, output, message) => {
  const play = await start({ population: 2 });
  for (const index of [0, 1]) await play.finish(index, { fitness: index });
  for (const index of [2, 3]) await play.finish(index, output, state);
  expect(play.end).toMatchObject({
    state: 'failed',
    error: { code: 'SWARM_FAILED', message: expect.stringMatching(message) as unknown },
    output: { fitness: 0, history: [0], stopped: null },
  });
});

test('nothing found at all leaves nothing', async () => {
  const play = await start({ population: 1 });
  await play.finish(0, null, 'failed');
  expect(play.end).toEqual({ state: 'failed', error: expect.anything() as unknown });
});

test('fitness is an expression over the output', async () => {
  const evaluate: Script['evaluate'] = (path, { output }) =>
    output === 'bad'
      ? { ok: false, error: { code: 'EXPRESSION_FAILED', message: 'no', retryable: false } }
      : { ok: true, value: path === 'fitness' ? (output as number) * 2 : null };
  const play = await start({ population: 2, fitness: 'output * 2', evaluate });
  await play.finish(0, 'bad');
  await play.finish(1, 21);
  expect(play.run.interim).toEqual({
    position: play.children[1] && expect.any(Array),
    fitness: 42,
    round: 1,
    evaluations: 2,
  });
  expect(swarm.expressions(step({ fitness: 'output * 2' }))).toEqual([
    { path: 'fitness', source: 'output * 2', variables: ['output'] },
  ]);
  expect(swarm.expressions(step({}))).toEqual([]);
});

test('each better find is told in the channel, others are not', async () => {
  const play = await start({ channel: 'finds' });
  const told = async (index: number, fitness: number) => (await play.finish(index, { fitness })).tell;
  expect(await told(0, 5)).toMatchObject({ channel: 'finds', data: { fitness: 5, round: 0, evaluations: 1 } });
  expect(await told(1, 6)).toBeUndefined();
  expect(await told(2, 4)).toMatchObject({ data: { fitness: 4 } });
});

test('what ends twice, late or early changes nothing', async () => {
  const play = await start({ population: 2 });
  await play.finish(0, { fitness: 5 });
  expect(await play.run.ended(play.children[0]!, new Date(0))).toEqual({});
  await play.finish(1, { fitness: 4 });
  expect(await play.run.ended(play.children[0]!, new Date(0))).toEqual({});
  const future = { ...play.children[0]!, index: 9 };
  expect(await play.run.ended(future, new Date(0))).toEqual({});
});

test('of equal finds of a round the first particle has it, whoever ends first', async () => {
  const play = await start({ stop: { rounds: 1 } });
  const first = play.positionOf(1);
  for (const index of [3, 1, 2, 0]) await play.finish(index, { fitness: index === 0 ? 9 : 1 });
  expect(play.end).toMatchObject({ output: { position: first, fitness: 1 } });
});

test.each([
  ['population 0', { population: 0 }, /population of the swarm is 0/],
  ['population 1.5', { population: 1.5 }, /whole number from 1 to 1000/],
  ['population 1001', { population: 1001 }, /1001/],
  ['a missing population', { population: null }, /population of the swarm is null/],
  ['bounds that are no list', { bounds: 'x' }, /bounds of the swarm are "x"/],
  ['no dimension', { bounds: [] }, /0 dimensions/],
  ['101 dimensions', { bounds: Array.from({ length: 101 }, () => [0, 1]) }, /101 dimensions: a swarm has 1 to 100/],
  [
    'bounds the wrong way round',
    {
      bounds: [
        [0, 1],
        [3, 2],
      ],
    },
    /bounds\[1\] of the swarm is \[3,2\]/,
  ],
  ['bounds that are no pair', { bounds: [3] }, /bounds\[0\]/],
  ['bounds that are no numbers', { bounds: [[0, '1']] }, /bounds\[0\]/],
  ['three bounds', { bounds: [[0, 1, 2]] }, /bounds\[0\]/],
])('refuses %s', (_what, script: Script, message) => {
  expect(openSwarm(script)).toMatchObject({
    ok: false,
    error: { code: 'SWARM_INVALID', message: expect.stringMatching(message) as unknown, retryable: false },
  });
});

test('missing params are refused, not guessed', () => {
  const given = { key: 'k', params: {}, step: step({}), failFast: true, children: [], memo: null };
  const opened = swarm.open({ ...given, evaluate: () => Promise.reject(new Error()) });
  expect(opened).toMatchObject({ ok: false, error: { code: 'SWARM_INVALID' } });
});

test('its evaluations take the terms of the step; without an input they get their position', () => {
  const terms = { retry: { maxRetries: 1 }, tags: ['gpu'], priority: 7, cost: 2 };
  expect(swarm.parts(step({ ...terms, timeoutSeconds: 9 }))).toEqual([
    {
      path: '',
      step: { capability: 'probe', input: { position: '${{ position }}' }, ...terms },
      variables: ['position', 'best', 'round'],
    },
  ]);
});

function step(more: object): Parameters<typeof swarm.parts>[0] {
  return { pattern: 'swarm', capability: 'probe', population: 1, bounds: [[0, 1]], ...more };
}
