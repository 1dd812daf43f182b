import { needs, PlayedRun, step } from './play-run';

describe('retry', () => {
  test('runs what failed, was stopped or blocked; receipts stay', async () => {
    const play = new PlayedRun({
      onFailure: 'continue',
      steps: [
        step('a'),
        step('b', needs('a')),
        step('c', needs('a', 'b')),
        step('x', { optional: true }),
        step('y', needs('x')),
      ],
    });
    await play.start();
    for (const [key, state] of [
      ['x', 'failed'],
      ['y', 'completed'],
      ['a', 'completed'],
      ['b', 'failed'],
    ] as const)
      await play.end(key, state);
    expect(play.run.state).toBe('partial');
    await play.send({ kind: 'retry' });
    expect(play.states()).toEqual({ a: 'completed', b: 'queued', c: 'pending', x: 'failed', y: 'completed' });
    await play.end('b');
    await play.end('c');
    expect(play.run).toMatchObject({ state: 'completed', error: null });
    expect(play.keys).toEqual(['a', 'x', 'y', 'b', 'b', 'c']);
    expect(play.unit('b').attempts).toBe(2);
  });

  test('of forEach runs the failed elements only', async () => {
    const play = new PlayedRun([step('each', { forEach: '["x","y","z"]', input: '${{ item }}' })]);
    await play.start();
    await play.end('each[0]');
    await play.end('each[1]', 'failed');
    await play.send({ kind: 'retry' });
    expect(play.submitted.slice(3).map(({ key, submit }) => [key, submit.input])).toEqual([
      ['each[1]', 'y'],
      ['each[2]', 'z'],
    ]);
    await play.end('each[1]');
    await play.end('each[2]');
    expect(play.run).toMatchObject({
      state: 'completed',
      output: { each: ['each[0] done', 'each[1] done', 'each[2] done'] },
    });
  });

  test('of a forEach whose list failed evaluates the list again', async () => {
    const play = new PlayedRun([step('each', { forEach: 'input.list', needs: [] })]);
    await play.start();
    expect(play.run.state).toBe('failed');
    play.run.input.list = [1];
    await play.send({ kind: 'retry' });
    expect(play.keys).toEqual(['each[0]']);
  });

  test('of a run canceled before its start starts it', async () => {
    const play = new PlayedRun([step('a')]);
    await play.send({ kind: 'cancel', reason: 'no' });
    await play.send({ kind: 'retry' });
    expect(play.keys).toEqual(['a']);
  });

  test('an optional step that somebody canceled stays so: others have gone on without it', async () => {
    const play = new PlayedRun([step('a', { optional: true }), step('b', needs('a')), step('c')]);
    await play.start();
    await play.end('a', 'canceled');
    await play.end('b');
    await play.end('c', 'failed');
    await play.send({ kind: 'retry' });
    expect(play.states()).toEqual({ a: 'canceled', b: 'completed', c: 'queued' });
  });

  test('W2 a step that completed although it was stopped keeps its receipt', async () => {
    const play = new PlayedRun([step('a'), step('b')]);
    await play.start();
    await play.send({ kind: 'cancel', reason: 'no' });
    await play.end('a', 'failed');
    expect(play.states()).toEqual({ a: 'canceled', b: 'canceled' });
    await play.end('a');
    await play.send({ kind: 'retry' });
    expect(play.states()).toEqual({ a: 'completed', b: 'queued' });
  });

  test('W2 so does an element of forEach', async () => {
    const play = new PlayedRun([step('each', { forEach: '["x","y"]', input: '${{ item }}' })]);
    await play.start();
    await play.send({ kind: 'cancel', reason: 'no' });
    await play.end('each[0]');
    await play.send({ kind: 'retry' });
    expect(play.keys).toEqual(['each[0]', 'each[1]', 'each[1]']);
    await play.end('each[1]');
    expect(play.run).toMatchObject({ state: 'completed', output: { each: ['each[0] done', 'each[1] done'] } });
  });

  test('W2 it changes nothing where no retry would come to it: what is around it failed, and may fail', async () => {
    const steps = [step('a'), step('b')];
    const play = new PlayedRun([{ id: 'p', pattern: 'parallel', steps, optional: true }, step('c', needs('p'))]);
    await play.start();
    await play.end('p/a', 'failed');
    await play.end('p/b');
    expect(play.states()).toEqual({ p: 'failed', 'p/a': 'failed', 'p/b': 'canceled', c: 'queued' });
    expect(play.unit('p').output).toEqual({ a: null, b: null });
  });

  test('one that is restarted before it has come to a step goes on there, over its receipts', async () => {
    const line = [step('a'), step('b')];
    const play = new PlayedRun([{ id: 'line', pattern: 'sequential', steps: line }]);
    await play.start();
    await play.end('line/a');
    await play.end('line/b', 'failed');
    play.mayGoOn = () => false;
    await play.send({ kind: 'retry' });
    expect(play.states()).toMatchObject({ line: 'ready', 'line/b': 'pending' });
    const again = play.restored();
    await again.send({ kind: 'continue' });
    expect(again.keys).toEqual(['line/a', 'line/b', 'line/b']);
    await again.end('line/b');
    expect(again.run.output).toEqual({ line: 'line/b done' });
  });
});
