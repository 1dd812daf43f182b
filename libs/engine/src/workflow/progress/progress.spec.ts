import { type StepDocument } from '@baton/contracts';
import { needs, PlayedRun, step } from '../run/play-run';
import { progress, type RunEstimate, withEstimate } from './progress';
import { plannedChildren } from './share-done';

const of = (play: PlayedRun, estimate?: RunEstimate) => progress(play.run, play.now, estimate);
const each = (more: object = {}) =>
  ({ id: 'each', capability: 'work', forEach: 'steps.a.output', concurrency: 2, ...more }) as StepDocument;

test('counts steps and, once they are known, elements', async () => {
  const play = new PlayedRun([step('a'), each(), step('z', needs('each'))]);
  const nothing = { etaSeconds: null, etaLowSeconds: null, etaHighSeconds: null, current: [] };
  expect(of(play)).toEqual({ percent: 0, total: 3, completed: 0, failed: 0, running: 0, waiting: 3, ...nothing });
  await play.start();
  expect(of(play)).toMatchObject({ total: 3, running: 1, waiting: 2 });
  await play.end('a', 'completed', [1, 2, 3]);
  expect(of(play)).toMatchObject({ percent: 33.3, total: 5, completed: 1, running: 2, waiting: 2 });
  await play.end('each[0]', 'failed');
  expect(of(play)).toMatchObject({ total: 5, failed: 1, running: 0, waiting: 0, etaSeconds: null, current: [] });
});

test('the share that is done never falls, however long a list turns out to be', async () => {
  const play = new PlayedRun([step('a'), each({ optional: true }), step('z', needs('each'))]);
  const seen = [of(play).percent];
  await play.start();
  await play.end('a', 'completed', [1, 2, 3, 4]);
  for (const element of [0, 1, 2, 3]) {
    seen.push(of(play).percent);
    await play.end(`each[${element}]`);
  }
  seen.push(of(play).percent);
  await play.end('z');
  expect([...seen, of(play).percent]).toEqual([0, 33.3, 41.6, 50, 58.3, 66.6, 100]);
});

test('steps inside steps count for the step they are in', async () => {
  const inside = { pattern: 'sequential', steps: [step('x'), step('y')] };
  const play = new PlayedRun([{ id: 'inside', ...inside } as StepDocument, step('z', needs('inside'))]);
  await play.start();
  expect(of(play).percent).toBe(0);
  await play.end('inside/x');
  expect(of(play)).toMatchObject({ percent: 25, completed: 1, current: [{ id: 'inside/y', capability: 'do.y' }] });
  await play.end('inside/y');
  expect(of(play).percent).toBe(50);
});

test('an empty forEach counts as one', async () => {
  const play = new PlayedRun([each({ forEach: '[]' })]);
  await play.start();
  expect(of(play)).toMatchObject({ percent: 100, total: 1, completed: 1, running: 0, waiting: 0 });
});

test('a swarm counts by the rounds it may have, and is done when it stops before', async () => {
  const swarm = { id: 's', pattern: 'swarm', capability: 'fit', population: 2, bounds: [[0, 1]], stop: { rounds: 2 } };
  const play = new PlayedRun([swarm]);
  await play.start();
  const seen: number[] = [];
  for (const key of ['s[0]', 's[1]', 's[2]', 's[3]']) {
    seen.push(of(play).percent);
    await play.end(key, 'completed', { fitness: 1 });
  }
  expect([...seen, of(play).percent]).toEqual([0, 25, 50, 75, 100]);
});

test('a pattern that tells no number counts by what has ended', async () => {
  const swarm = { id: 's', pattern: 'swarm', capability: 'fit', population: '${{ 1 + 1 }}', bounds: [[0, 1]] };
  const play = new PlayedRun([swarm]);
  await play.start();
  await play.end('s[0]', 'completed', { fitness: 1 });
  expect(of(play).percent).toBe(50);
});

test.each([
  ['a consensus', { pattern: 'consensus', agents: 3, rounds: 2 }, 6],
  ['a consensus of one round', { pattern: 'consensus', agents: 3 }, 3],
  ['a swarm', { pattern: 'swarm', population: 10 }, 1000],
  ['a swarm with a limit of evaluations', { pattern: 'swarm', population: 10, stop: { evaluations: 70 } }, 70],
  ['a swarm whose size is an expression', { pattern: 'swarm', population: 'input.n' }, undefined],
  ['an auction', { pattern: 'auction' }, undefined],
])('what is planned of %s', (_name, document, expected) => {
  expect(plannedChildren(document)).toBe(expected);
});

test('what runs now, the longest first, and no more than twenty', async () => {
  const play = new PlayedRun([step('a'), each({ concurrency: 30 }), { id: 'wait', wait: { seconds: 60 } }]);
  await play.start();
  expect(of(play).current.map(({ id, capability }) => [id, capability])).toEqual([
    ['a', 'do.a'],
    ['wait', null],
  ]);
  await play.later(1);
  await play.end(
    'a',
    'completed',
    Array.from({ length: 40 }, (_, n) => n),
  );
  const { current } = of(play);
  expect(current.map(({ id }) => id).slice(0, 2)).toEqual(['wait', 'each[0]']);
  expect(current).toHaveLength(20);
  expect(current[1]).toEqual({ id: 'each[0]', state: 'queued', capability: 'work', startedAt: play.now.toISOString() });
});

test('an estimate grows old, and is only for what runs', async () => {
  const play = new PlayedRun([step('a')]);
  const at = play.now.toISOString();
  const estimate = { at, etaSeconds: 10, etaLowSeconds: 1, etaHighSeconds: null, current: [] };
  expect(of(play, estimate).etaSeconds).toBeNull();
  await play.start();
  await play.later(4.02);
  expect(of(play, estimate)).toMatchObject({ etaSeconds: 6, etaLowSeconds: 0, etaHighSeconds: null });
  expect(of(play, estimate).current).toHaveLength(1);
  const kept = { ...of(play), current: [] };
  expect(withEstimate(kept, null, play.now)).toBe(kept);
  expect(withEstimate(kept, { ...estimate, current: of(play).current }, play.now).current).toHaveLength(1);
});
