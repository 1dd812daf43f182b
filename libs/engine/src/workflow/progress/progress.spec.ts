import { type StepDocument } from '@baton/contracts';
import { PlayedRun } from '../run/play-run';
import { progress } from './progress';

const step = (id: string, more: Partial<StepDocument> = {}): StepDocument => ({ id, capability: 'work', ...more });
const later = (play: PlayedRun, ms: number) => (play.now = new Date(play.now.getTime() + ms));
const of = (play: PlayedRun, history?: ReadonlyMap<string, number>) => progress(play.run, play.now, history);

test('counts steps and, once they are known, elements', async () => {
  const play = new PlayedRun([
    step('a'),
    step('each', { forEach: 'steps.a.output', concurrency: 2 }),
    step('z', { needs: ['each'] }),
  ]);
  expect(of(play)).toEqual({ percent: 0, total: 3, completed: 0, failed: 0, running: 0, waiting: 3, etaSeconds: null });
  await play.start();
  expect(of(play)).toMatchObject({ total: 3, running: 1, waiting: 2 });
  await play.end('a', 'completed', [1, 2, 3]);
  expect(of(play)).toMatchObject({ percent: 33.3, total: 5, completed: 1, running: 2, waiting: 2 });
  await play.end('each[0]', 'failed');
  expect(of(play)).toMatchObject({ total: 5, failed: 1, running: 0, waiting: 0, etaSeconds: null });
});

test('the share that is done never falls, however long a list turns out to be', async () => {
  const list = step('each', { forEach: 'steps.a.output', concurrency: 2, optional: true });
  const play = new PlayedRun([step('a'), list, step('z', { needs: ['each'] })]);
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

test('an empty forEach counts as one', async () => {
  const play = new PlayedRun([step('each', { forEach: '[]' })]);
  await play.start();
  expect(of(play)).toEqual({
    percent: 100,
    total: 1,
    completed: 1,
    failed: 0,
    running: 0,
    waiting: 0,
    etaSeconds: null,
  });
});

test('without any duration there is no estimate, with history there is', async () => {
  const play = new PlayedRun([step('a'), step('b', { needs: ['a'] })]);
  await play.start();
  expect(of(play).etaSeconds).toBeNull();
  expect(of(play, new Map([['work', 2000]])).etaSeconds).toBe(4);
  later(play, 500);
  expect(of(play, new Map([['work', 2000]])).etaSeconds).toBe(3.5);
});

test('a chain takes the sum of what is left, and own durations replace history', async () => {
  const play = new PlayedRun([step('a'), step('b', { needs: ['a'] }), step('c', { needs: ['b'] })]);
  await play.start();
  later(play, 1000);
  await play.end('a');
  expect(of(play, new Map([['work', 9000]])).etaSeconds).toBe(2);
});

test('parallel work is shared by as many as have run at once', async () => {
  const play = new PlayedRun([step('each', { forEach: '[1,2,3,4,5,6]', concurrency: 2 })]);
  await play.start();
  later(play, 1000);
  await play.end('each[0]');
  await play.end('each[1]');
  expect(of(play).etaSeconds).toBe(2);
});

test('an overdue step adds nothing', async () => {
  const play = new PlayedRun([step('a')]);
  await play.start();
  later(play, 5000);
  expect(of(play, new Map([['work', 1000]])).etaSeconds).toBe(0);
});
