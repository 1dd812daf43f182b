import { type StepDocument } from '@baton/contracts';
import { needs, PlayedRun, step } from '../../run/play-run';
import { playedTasks } from '../played-tasks.fixture';
import { pathOfRun, type PathOfRun } from './critical-path';

type Act = number | string;

/** Plays a run: numbers let seconds pass, names end the tasks of these steps. */
async function played(steps: readonly StepDocument[], acts: readonly Act[]): Promise<PlayedRun> {
  const play = new PlayedRun(steps);
  await play.start();
  for (const act of acts) {
    if (typeof act === 'number') await play.later(act);
    else await play.end(act, 'completed', [1, 2, 3, 4]);
  }
  return play;
}

const pathOf = (play: PlayedRun): PathOfRun => {
  const found = pathOfRun(play.run, playedTasks(play), play.now) as PathOfRun;
  const { queuedMs, dispatchMs, workMs, recordingMs, subtasksMs, heldMs, waitedMs } = found.path;
  const all = queuedMs + dispatchMs + workMs + recordingMs + subtasksMs + heldMs + waitedMs;
  const end = play.run.finishedAt ?? play.now;
  // What the path tells is where the time of the run went, all of it.
  expect(all).toBe(end.getTime() - (play.run.startedAt?.getTime() ?? 0));
  return found;
};
const stepsOf = ({ path }: PathOfRun): string[] => path.entries.map((entry) => entry.step);
const each = (more: object = {}) => ({ ...step('each', { forEach: 'steps.a.output' }), ...more }) as StepDocument;

test('the chain that ended last, and what would be gained', async () => {
  const diamond = [step('a'), step('b', needs('a')), step('c', needs('a')), step('d', needs('b', 'c'))];
  const found = pathOf(await played(diamond, [1, 'a', 2, 'b', 5, 'c', 1, 'd']));
  expect(stepsOf(found)).toEqual(['a', 'c', 'd']);
  expect(found.bottlenecks).toMatchObject([
    { step: 'c', ms: 7000, share: 7 / 9, gainMs: 5000, mostly: 'workMs', capability: 'do.c' },
    { step: 'a', gainMs: 1000 },
    { step: 'd', gainMs: 1000 },
  ]);
});

test('elements that follow each other for want of places are a chain, and count together', async () => {
  const steps = [step('a'), each({ concurrency: 1 })];
  const found = pathOf(await played(steps, ['a', 1, 'each[0]', 1, 'each[1]', 2, 'each[2]', 1, 'each[3]']));
  expect(stepsOf(found)).toEqual(['a', 'each[0]', 'each[1]', 'each[2]', 'each[3]']);
  expect(found.bottlenecks).toMatchObject([{ step: 'each', ms: 5000, gainMs: 5000 }]);
});

test('of elements at once the longest decides; without it the next would', async () => {
  const steps = [step('a'), each(), step('z', needs('each'))];
  const found = pathOf(await played(steps, [1, 'a', 1, 'each[0]', 'each[1]', 2, 'each[3]', 4, 'each[2]', 1, 'z']));
  expect(stepsOf(found)).toEqual(['a', 'each[2]', 'z']);
  expect(found.bottlenecks[0]).toMatchObject({ step: 'each', ms: 7000, gainMs: 4000 });
});

test('a place in a list is left by whoever ended last before it began', async () => {
  const steps = [step('a'), each({ concurrency: 2 })];
  const found = pathOf(await played(steps, ['a', 1, 'each[1]', 2, 'each[0]', 1, 'each[2]', 2, 'each[3]']));
  expect(stepsOf(found)).toEqual(['a', 'each[0]', 'each[3]']);
});

test('through steps inside steps, what was skipped, and pauses', async () => {
  const inside = { id: 'in', pattern: 'parallel', join: 'any', steps: [step('x'), step('y'), step('z')] };
  const off = step('off', { ...needs('a'), when: 'false' });
  const steps = [step('a'), off, { ...inside, needs: ['off'] } as StepDocument, step('b', needs('in'))];
  const play = await played(steps, [1, 'a', 3, 'in/y']);
  await play.send({ kind: 'pause' });
  await play.later(2);
  await play.end('b');
  const found = pathOf(play);
  expect(stepsOf(found)).toEqual(['a', 'in/y', 'b']);
  expect(found.path).toMatchObject({ workMs: 6000, heldMs: 0, length: 3 });
  expect(found.bottlenecks.map(({ step: name, gainMs }) => [name, gainMs])).toEqual([
    ['in/y', 3000],
    ['b', 2000],
    ['a', 1000],
  ]);
});

test('enough of several: the one that was enough decides, and the next would', async () => {
  const inside = { id: 'in', pattern: 'parallel', join: { quorum: 2 }, steps: [step('x'), step('y'), step('z')] };
  const found = pathOf(await played([inside as unknown as StepDocument], [1, 'in/x', 3, 'in/y']));
  expect(found.bottlenecks).toMatchObject([{ step: 'in/y', ms: 4000, gainMs: 3000 }]);
});

test('steps that were never started, and patterns with one chain of several', async () => {
  const steps = [step('a'), each({ concurrency: 2 }), step('never', { when: 'false' })];
  const acts = ['a', 1, 'each[0]', 1, 'each[1]', 'each[2]', 3, 'each[3]'];
  const found = pathOf(await played(steps, acts));
  expect(found.bottlenecks).toMatchObject([{ step: 'each', ms: 5000, gainMs: 3000 }]);
});

test('what was held back by a limit of the workflow', async () => {
  const play = new PlayedRun({ concurrency: 1, steps: [step('a'), step('b')] });
  await play.start();
  await play.later(4);
  await play.end('a');
  await play.later(1);
  await play.end('b');
  const found = pathOf(play);
  expect(stepsOf(found)).toEqual(['b']);
  expect(found.path).toMatchObject({ heldMs: 4000, workMs: 1000 });
  expect(found.bottlenecks).toMatchObject([{ step: 'b', mostly: 'heldMs' }]);
});

test('waits are not work; what is under way counts until now', async () => {
  const play = await played([step('a'), { id: 'w', wait: { signal: 'go' } }], [1, 'a', 1]);
  const found = pathOf(play);
  expect(found.path.entries).toMatchObject([{ step: 'w', capability: null, finishedAt: null, waitedMs: 2000 }]);
  expect(found.bottlenecks).toMatchObject([{ step: 'w', mostly: 'waitedMs' }]);
});

test('before the start there is none', () => {
  const play = new PlayedRun([step('a')]);
  expect(pathOfRun(play.run, [], play.now)).toBeUndefined();
});

test('steps that take no time make no circle', async () => {
  const steps = [step('a'), each({ concurrency: 1 })];
  const found = pathOf(await played(steps, ['a', 'each[0]', 'each[1]', 1, 'each[2]', 1, 'each[3]']));
  expect(stepsOf(found)).toEqual(['a', 'each[0]', 'each[1]', 'each[2]', 'each[3]']);
});

test('of a long path both ends are shown', async () => {
  const slow = new PlayedRun([step('a'), each({ concurrency: 1 })]);
  await slow.start();
  await slow.end(
    'a',
    'completed',
    Array.from({ length: 130 }, (_, n) => n),
  );
  for (let n = 0; n < 130; n += 1) {
    await slow.later(1);
    await slow.end(`each[${n}]`);
  }
  const long = pathOf(slow);
  expect([long.path.length, long.path.entries.length]).toEqual([131, 100]);
  expect(stepsOf(long).at(-1)).toBe('each[129]');
});

test('clocks of tasks and steps that differ change the work, not the whole', async () => {
  const play = await played([step('a')], [2, 'a']);
  const tasks = playedTasks(play).map((one) => ({ ...one, createdAt: new Date(one.createdAt.getTime() - 500) }));
  const { path } = pathOfRun(play.run, tasks, play.now) as PathOfRun;
  expect(path).toMatchObject({ queuedMs: 500, workMs: 1500 });
});
