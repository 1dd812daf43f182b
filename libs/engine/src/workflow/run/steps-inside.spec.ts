import { type JsonValue, type StepDocument } from '@baton/contracts';
import { failsWith, needs, PlayedRun, step } from './play-run';

const sequential = (id: string, steps: StepDocument[], more: object = {}): StepDocument => ({
  id,
  pattern: 'sequential',
  steps,
  ...more,
});
const parallel = (id: string, steps: StepDocument[], more: object = {}): StepDocument => ({
  id,
  pattern: 'parallel',
  steps,
  ...more,
});

describe('sequential', () => {
  test('one after the other; each sees those before, and the output is that of the last', async () => {
    const play = new PlayedRun([
      step('before'),
      sequential('line', [
        step('a', { input: '${{ steps.before.output }}' }),
        step('b', { input: '${{ steps.a.output }}' }),
      ]),
      step('after', { input: '${{ steps.line.output }}' }),
    ]);
    await play.start();
    for (const key of ['before', 'line/a', 'line/b', 'after']) {
      expect(play.active).toEqual([key]);
      await play.end(key);
    }
    const inputs = play.submitted.map(({ submit }) => submit.input);
    expect(inputs).toEqual([null, 'before done', 'line/a done', 'line/b done']);
    expect(play.run.state).toBe('completed');
  });

  test('an output that is written is that of the step', async () => {
    const steps = [step('a'), step('b')];
    const play = new PlayedRun([sequential('line', steps, { output: '${{ [steps.a.output, steps.b.output] }}' })]);
    await play.start();
    await play.end('line/a');
    await play.end('line/b');
    expect(play.run.output).toEqual({ line: ['line/a done', 'line/b done'] });
    expect(play.restored().run).toMatchObject({ output: play.run.output });
  });

  test('an output that cannot be made fails the step', async () => {
    const play = new PlayedRun([sequential('line', [step('a')], { output: '${{ $error("no") }}' })]);
    await play.start();
    await play.end('line/a');
    expect(play.run.error).toEqual(failsWith('EXPRESSION_FAILED', /Step line failed: The output of step line/));
  });

  test('steps inside steps, to any depth, with those behind them added up', async () => {
    const play = new PlayedRun([
      sequential('x', [sequential('y', [sequential('z', [step('a')]), step('b')])]),
      step('c', needs('x')),
    ]);
    await play.start();
    expect(play.submitted[0]).toMatchObject({ key: 'x/y/z/a', stepsBehind: 2 });
    await play.end('x/y/z/a');
    await play.end('x/y/b');
    expect(play.keys).toEqual(['x/y/z/a', 'x/y/b', 'c']);
  });

  test('fail-fast: a failure stops what is around it, and what there is of the output is kept', async () => {
    const play = new PlayedRun([parallel('both', [step('a'), sequential('line', [step('b'), step('c')])]), step('d')]);
    await play.start();
    await play.end('both/a');
    await play.end('both/line/b', 'failed');
    expect(play.states()).toEqual({
      both: 'failed',
      'both/a': 'completed',
      'both/line': 'failed',
      'both/line/b': 'failed',
      'both/line/c': 'canceled',
      d: 'canceled',
    });
    expect(play.run.error?.message).toBe('Step both failed: Step both/line failed: Step both/line/b failed: boom');
    expect(play.unit('both').output).toEqual({ a: 'both/a done', line: null });
  });

  test('a failure of what is optional stops nothing around it', async () => {
    const play = new PlayedRun([
      sequential('line', [step('a'), step('b')], { optional: true }),
      step('c', needs('line')),
    ]);
    await play.start();
    await play.end('line/a', 'failed');
    expect(play.states()).toEqual({ line: 'failed', 'line/a': 'failed', 'line/b': 'canceled', c: 'queued' });
  });

  test('continue: what does not need the failed one goes on, then the step has failed', async () => {
    const inside = parallel('both', [step('a'), step('b'), step('c', needs('a'))]);
    const play = new PlayedRun({ onFailure: 'continue', steps: [inside, step('d', needs('both'))] });
    await play.start();
    await play.end('both/a', 'failed');
    expect(play.unit('both').state).toBe('running');
    await play.end('both/b');
    expect(play.states()).toEqual({
      both: 'failed',
      'both/a': 'failed',
      'both/b': 'completed',
      'both/c': 'skipped',
      d: 'skipped',
    });
    expect(play.unit('both').output).toEqual({ a: null, b: 'both/b done', c: null });
  });
});

describe('parallel', () => {
  const three = [step('a'), step('b'), step('c')];

  test.each<[JsonValue, string[], JsonValue]>([
    ['all', ['a', 'b', 'c'], { a: 'p/a done', b: 'p/b done', c: 'p/c done' }],
    ['any', ['b'], { a: null, b: 'p/b done', c: null }],
    [{ quorum: 2 }, ['c', 'a'], { a: 'p/a done', b: null, c: 'p/c done' }],
  ])('join %j goes on with what it waits for, and stops the rest', async (join, ends, output) => {
    const play = new PlayedRun([parallel('p', three, { join }), step('after', { input: '${{ steps.p.output }}' })]);
    await play.start();
    expect(play.keys).toEqual(['p/a', 'p/b', 'p/c']);
    for (const id of ends) {
      expect(play.keys).toHaveLength(3);
      await play.end(`p/${id}`);
    }
    expect(play.submitted.at(-1)).toMatchObject({ key: 'after', submit: { input: output } });
    expect(play.canceled).toHaveLength(3 - ends.length);
    expect(play.restored().unit('p').output).toEqual(output);
  });

  test('a join of some bears failures as long as enough can complete', async () => {
    const play = new PlayedRun([parallel('p', [...three, step('d', needs('a'))], { join: { quorum: 2 } })]);
    await play.start();
    await play.end('p/a', 'failed');
    expect(play.states()).toMatchObject({ p: 'running', 'p/b': 'queued', 'p/d': 'skipped' });
    await play.end('p/b');
    await play.end('p/c');
    expect(play.run.state).toBe('completed');
  });

  test('a quorum that is out of reach fails at once, and says because of whom', async () => {
    const play = new PlayedRun([parallel('p', three, { join: { quorum: 2 } })]);
    await play.start();
    await play.end('p/a', 'failed');
    await play.end('p/c', 'rejected');
    const message = /Step p failed: 0 of 3 steps completed, 2 are needed. Failed: p\/a/;
    expect(play.run).toMatchObject({ state: 'failed', error: failsWith('QUORUM_MISSED', message) });
    expect(play.canceled).toEqual(['p/b']);
  });

  test('what is skipped has not completed', async () => {
    const play = new PlayedRun([
      parallel('p', [step('a', { when: 'false' }), step('b', { when: 'false' })], { join: 'any' }),
    ]);
    await play.start();
    expect(play.run.error).toEqual(failsWith('QUORUM_MISSED', /0 of 2 steps completed, 1 are needed\.$/));
  });

  test('what has not begun is skipped, what has is canceled; a late receipt changes nothing', async () => {
    const inside = [step('a'), step('b'), step('c', needs('b')), sequential('d', [step('e')])];
    const play = new PlayedRun([parallel('p', inside, { join: 'any' })]);
    await play.start();
    const late = play.ended('p/b', 'completed');
    await play.end('p/a');
    expect(play.states()).toEqual({
      p: 'completed',
      'p/a': 'completed',
      'p/b': 'canceled',
      'p/c': 'skipped',
      'p/d': 'canceled',
      'p/d/e': 'canceled',
    });
    expect(play.unit('p/c').error).toEqual(failsWith('STEP_NOT_NEEDED', /1 of 4 have completed/));
    expect((await play.send(late)).changed.size).toBe(0);
  });

  test('retry takes up what the quorum needs; receipts stay', async () => {
    const play = new PlayedRun([parallel('p', three, { join: { quorum: 3 } })]);
    await play.start();
    await play.end('p/a');
    await play.end('p/b', 'failed');
    await play.send({ kind: 'retry' });
    expect(play.states()).toEqual({ p: 'running', 'p/a': 'completed', 'p/b': 'queued', 'p/c': 'queued' });
    await play.end('p/b');
    await play.end('p/c');
    expect(play.run.output).toEqual({ p: { a: 'p/a done', b: 'p/b done', c: 'p/c done' } });
  });
});

describe('forEach around steps', () => {
  const each = (more: object = {}) =>
    sequential('each', [step('a', { input: '${{ item }}' }), step('b', { input: '${{ [index, steps.a.output] }}' })], {
      forEach: '["x","y"]',
      ...more,
    });

  test('each element has steps of its own, which see it', async () => {
    const play = new PlayedRun([each()]);
    await play.start();
    expect(play.submitted.map(({ key, submit }) => [key, submit.input])).toEqual([
      ['each[0]/a', 'x'],
      ['each[1]/a', 'y'],
    ]);
    const again = play.restored();
    await again.end('each[1]/a');
    expect(again.submitted.at(-1)).toMatchObject({ key: 'each[1]/b', submit: { input: [1, 'each[1]/a done'] } });
    for (const key of ['each[1]/b', 'each[0]/a', 'each[0]/b']) await again.end(key);
    expect(again.run.output).toEqual({ each: ['each[0]/b done', 'each[1]/b done'] });
  });

  test('retry goes on in the middle of an element', async () => {
    const play = new PlayedRun([each({ concurrency: 1 })]);
    await play.start();
    await play.end('each[0]/a');
    await play.end('each[0]/b', 'failed');
    expect(play.unit('each').error?.message).toBe('each[0]: Step each[0]/b failed: boom');
    await play.send({ kind: 'retry' });
    expect(play.active).toEqual(['each[0]/b']);
    await play.end('each[0]/b');
    expect(play.active).toEqual(['each[1]/a']);
  });

  test('a late receipt shows in what there is of the outputs around it', async () => {
    const play = new PlayedRun([each({ output: '${{ steps.b.output }}' })]);
    await play.start();
    await play.end('each[0]/a');
    const late = play.ended('each[0]/b', 'completed', 'late');
    await play.end('each[1]/a', 'failed');
    expect(play.states()).toMatchObject({ 'each[0]': 'canceled', 'each[0]/b': 'canceled' });
    await play.send(late);
    expect(play.unit('each[0]/b')).toMatchObject({ state: 'completed', output: 'late' });
    await play.send({ kind: 'retry' });
    expect(play.active).toEqual(['each[1]/a']);
    expect(play.unit('each[0]')).toMatchObject({ state: 'completed', output: 'late' });
  });
});
