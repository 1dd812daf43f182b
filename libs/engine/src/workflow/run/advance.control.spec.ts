import { type WorkflowEvent } from './advance';
import { needs, PlayedRun, rowOf, step, taskEnded } from './play-run';
import { unitsOf } from './workflow-run';

describe('control', () => {
  test('paused: nothing starts, results are kept; resume goes on', async () => {
    const play = new PlayedRun([step('a'), step('b', needs('a'))]);
    await play.start();
    expect((await play.send({ kind: 'pause' })).transitions).toEqual([{ from: 'running', to: 'paused', reason: null }]);
    await play.end('a');
    expect(play.states()).toEqual({ a: 'completed', b: 'ready' });
    expect(play.keys).toEqual(['a']);
    await play.send({ kind: 'resume' });
    expect(play.keys).toEqual(['a', 'b']);
  });

  test('paused: a run whose last result comes in ends', async () => {
    const play = new PlayedRun([step('a')]);
    await play.start();
    await play.send({ kind: 'pause' });
    expect((await play.end('a')).transitions).toEqual([{ from: 'paused', to: 'completed', reason: null }]);
  });

  test('paused in the middle of forEach: the next elements wait', async () => {
    const play = new PlayedRun([step('each', { forEach: '[1,2,3]', concurrency: 1 })]);
    await play.start();
    await play.send({ kind: 'pause' });
    await play.end('each[0]');
    expect(play.keys).toEqual(['each[0]']);
    await play.send({ kind: 'resume' });
    expect(play.keys).toEqual(['each[0]', 'each[1]']);
  });

  test.each([
    ['before the start', false],
    ['while it runs', true],
  ])('cancel %s ends it at once', async (_when, started) => {
    const play = new PlayedRun([step('a'), step('b', needs('a'))]);
    if (started) await play.start();
    await play.send({ kind: 'cancel', reason: 'asked by ann' });
    expect(play.run).toMatchObject({ state: 'canceled', error: { code: 'CANCELED', message: 'asked by ann' } });
    expect(play.states()).toEqual({ a: 'canceled', b: 'canceled' });
    expect(play.canceled).toEqual(started ? ['a'] : []);
  });

  test.each<[string, WorkflowEvent]>([
    ['start', { kind: 'start' }],
    ['resume', { kind: 'resume' }],
    ['retry', { kind: 'retry' }],
    ['a result of nobody', taskEnded({ key: 'zz' })],
    ['a result of no element', taskEnded({ key: 'a[7]' })],
    ['a result of another task', taskEnded({ key: 'a', taskId: 'old' as never })],
  ])('W1 %s changes nothing while it runs', async (_rule, event) => {
    const play = new PlayedRun([step('a'), step('b', needs('a'))]);
    await play.start();
    const before = JSON.stringify([...unitsOf(play.run)].map(rowOf));
    const decision = await play.send(event);
    expect([decision.changed.size, decision.commands, decision.transitions]).toEqual([0, [], []]);
    expect(JSON.stringify([...unitsOf(play.run)].map(rowOf))).toBe(before);
  });

  test('W1 the same result twice changes nothing', async () => {
    const play = new PlayedRun([step('a'), step('b', needs('a'))]);
    await play.start();
    await play.end('a');
    const again = await play.send(play.ended('a', 'failed'));
    expect([again.changed.size, again.commands]).toEqual([0, []]);
    expect(play.states()).toEqual({ a: 'completed', b: 'queued' });
  });
});
