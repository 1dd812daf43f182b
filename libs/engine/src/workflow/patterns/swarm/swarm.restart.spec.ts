import fc from 'fast-check';
import { PlayedSwarm, rastrigin, type Script } from './swarm.fixture';

const plane: Script = {
  population: 7,
  bounds: [
    [-5.12, 5.12],
    [-5.12, 5.12],
  ],
  stop: { rounds: 12, patience: 6 },
};

/** Evaluates one child of the round, the one `pick` says. */
async function evaluateOne(play: PlayedSwarm, pick: number): Promise<void> {
  const { active } = play;
  const child = active[pick % active.length]!;
  const position = play.positionOf(child.index);
  if (position === undefined) await play.finish(child.index, { positions: shift(play, child.index) });
  else if (child.index % 11 === 5) await play.finish(child.index, null, 'failed');
  else await play.finish(child.index, { fitness: rastrigin(position) });
}

function shift(play: PlayedSwarm, index: number): number[][] {
  const { particles } = play.run.plan(index).variables as { particles: { position: number[] }[] };
  return particles.map(({ position }) => position.map((at) => at * 0.9));
}

test('any order of ends and any number of restarts: the same moves and the same end', async () => {
  const undisturbed = new Map<boolean, unknown>();
  for (const moved of [false, true]) {
    const play = await new PlayedSwarm(scriptOf(moved)).reopen();
    while (!play.end) await evaluateOne(play, 0);
    undisturbed.set(moved, play.end);
  }
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(99)), fc.boolean(), async (chances, moved) => {
      const play = await new PlayedSwarm(scriptOf(moved)).reopen();
      while (!play.end) {
        const pick = chances.next().value as number;
        if (pick % 10 === 0) await play.reopen();
        await evaluateOne(play, pick);
      }
      expect(play.end).toEqual(undisturbed.get(moved));
    }),
    { numRuns: 40 },
  );
});

function scriptOf(moved: boolean): Script {
  return moved ? { ...plane, move: { capability: 'user.move' } } : plane;
}

test('taken up after its end was near: ends as it would have', async () => {
  const play = await new PlayedSwarm({ stop: { target: 1 } }).reopen();
  const child = play.children[2]!;
  Object.assign(child, { state: 'completed', output: { fitness: 0.5 } });
  await play.reopen();
  expect(play.end).toMatchObject({ output: { stopped: 'target', fitness: 0.5, history: [0.5] } });
});

test('what a retry made pending again in a round that others were built on stays as it was', async () => {
  const play = await new PlayedSwarm({ population: 2, stop: { rounds: 3 } }).reopen();
  await play.finish(0, { fitness: 3 });
  await play.finish(1, null, 'failed');
  await play.finish(2, { fitness: 2 });
  const next = play.positionOf(3);
  play.children[1]!.state = 'pending';
  await play.reopen();
  expect(play.children.map(({ state }) => state)).toEqual(['completed', 'pending', 'completed', 'queued']);
  expect(play.positionOf(3)).toEqual(next);
});

test('a round without any worth that others were built on does not end it', async () => {
  const play = await new PlayedSwarm({ population: 1, stop: { rounds: 2, patience: 1 } }).reopen();
  await play.finish(0, { fitness: 3 });
  play.children[0]!.state = 'pending';
  await play.reopen();
  expect(play.end).toBeUndefined();
  await play.finish(1, { fitness: 1 });
  expect(play.end).toMatchObject({ output: { fitness: 1, history: [null, 1] } });
});

test('another run has other seeds, a seed of its own is the same everywhere', async () => {
  const begin = async (script: Script) => (await new PlayedSwarm(script).reopen()).positionOf(0);
  expect(await begin({ key: 'a' })).not.toEqual(await begin({ key: 'b' }));
  expect(await begin({ key: 'a', seed: 1 })).toEqual(await begin({ key: 'b', seed: 1 }));
});

test('a move that a retry made pending again is made again', async () => {
  const play = await new PlayedSwarm({ population: 1, move: { capability: 'user.move' } }).reopen();
  await play.finish(0, { fitness: 3 });
  await play.finish(1, null, 'failed');
  play.children[1]!.state = 'pending';
  play.end = undefined;
  await play.reopen();
  expect(play.end).toBeUndefined();
  expect(play.active.map(({ index }) => index)).toEqual([1]);
});

test('rounds that were grown and not begun do not count as later ones', async () => {
  const play = await new PlayedSwarm({ population: 1, stop: { rounds: 1 } }).reopen();
  play.children.push({ ...play.children[0]!, index: 1, state: 'pending' });
  await play.finish(0, { fitness: 3 });
  expect(play.end).toMatchObject({ output: { stopped: 'rounds' } });
});
