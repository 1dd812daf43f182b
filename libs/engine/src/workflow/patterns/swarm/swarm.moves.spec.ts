import { PlayedSwarm, type Script } from './swarm.fixture';
import { swarm } from './swarm';

const script: Script = { population: 2, bounds: [[0, 10]], move: { capability: 'user.move' } };
const MOVER = 2;

async function afterRound(more: Script = {}): Promise<PlayedSwarm> {
  const play = await new PlayedSwarm({ ...script, ...more }).reopen();
  await play.finish(0, { fitness: 5 });
  await play.finish(1, null, 'failed');
  return play;
}

test('a move of the user is one more child per round, that gets all particles', async () => {
  const play = await afterRound();
  expect(play.active.map(({ index }) => index)).toEqual([MOVER]);
  const { part, variables } = play.run.plan(MOVER);
  expect(part).toBe(1);
  expect(variables).toMatchObject({
    particles: [
      { fitness: 5, best: { fitness: 5 } },
      { fitness: null, best: null },
    ],
    best: { fitness: 5 },
    bounds: [[0, 10]],
    round: 0,
  });
});

test('its positions are clamped to the bounds', async () => {
  const play = await afterRound();
  await play.finish(MOVER, { positions: [[-3], [4]] });
  expect(play.active.map(({ index }) => index)).toEqual([3, 4]);
  expect([play.positionOf(3), play.positionOf(4)]).toEqual([[0], [4]]);
  await play.finish(3, { fitness: 1 });
  await play.finish(4, { fitness: 2 });
  expect(play.run.plan(5).variables).toMatchObject({ round: 1, best: { position: [0], fitness: 1 } });
});

test.each([
  ['nothing', null, /gave null: it must give \{ positions \}, a list of 2/],
  ['too few', { positions: [[1]] }, /a list of 2, one per particle/],
  ['another dimension', { positions: [[1], [1, 2]] }, /gave \[1,2\] as positions\[1\]: it must be a list of 1 numbers/],
  ['no numbers', { positions: [['1'], [1]] }, /positions\[0\]/],
  ['no lists', { positions: [1, 2] }, /positions\[0\]/],
])('a move that gives %s ends the swarm', async (_what, output, message) => {
  const play = await afterRound();
  await play.finish(MOVER, output);
  expect(play.end).toMatchObject({
    state: 'failed',
    error: { code: 'SWARM_MOVE_FAILED', message: expect.stringMatching(message) as unknown },
    output: { fitness: 5, rounds: 1 },
  });
});

test.each([
  ['failed', /not made: boom/],
  ['canceled', /not made: canceled/],
] as const)('a move that %s ends it too', async (state, message) => {
  const play = await afterRound();
  await play.finish(MOVER, null, state);
  expect(play.end).toMatchObject({ error: { message: expect.stringMatching(message) as unknown } });
});

test('patience counts a round once, however often its end is looked at', async () => {
  const play = await afterRound({ stop: { patience: 2 } });
  await play.run.ended(play.children[0]!, new Date(0));
  await play.finish(MOVER, { positions: [[1], [2]] });
  for (const index of [3, 4]) await play.finish(index, { fitness: 9 });
  expect(play.end).toBeUndefined();
  await play.finish(5, { positions: [[1], [2]] });
  for (const index of [6, 7]) await play.finish(index, { fitness: 9 });
  expect(play.end).toMatchObject({ output: { stopped: 'converged', history: [5, 5, 5] } });
});

test('the mover has a part of its own, with retry and priority of the step', () => {
  const step = {
    pattern: 'swarm' as const,
    capability: 'probe',
    population: 2,
    bounds: [[0, 1]] as [[number, number]],
  };
  const move = { capability: 'user.move' };
  const names = ['particles', 'best', 'bounds', 'round'];
  const input = Object.fromEntries(names.map((name) => [name, `\${{ ${name} }}`]));
  expect(swarm.parts({ ...step, move })[1]).toEqual({ path: 'move', step: { ...move, input }, variables: names });
  const terms = { retry: { maxRetries: 1 }, priority: 8 };
  expect(swarm.parts({ ...step, ...terms, move, tags: ['x'] })[1]?.step).toEqual({ ...move, input, ...terms });
  expect(swarm.parts({ ...step, move: { inertia: 0.5 } })).toHaveLength(1);
});
