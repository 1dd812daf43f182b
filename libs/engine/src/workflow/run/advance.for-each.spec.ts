import { type TaskStep } from '@baton/contracts';
import { failsWith, PlayedRun, step } from './play-run';

describe('forEach', () => {
  const list = (more: Partial<TaskStep> = {}) => [
    step('l'),
    step('each', { forEach: 'steps.l.output', input: '${{ [index, item] }}', ...more }),
    step('after', { input: '${{ steps.each.output }}' }),
  ];

  test('runs once per element; the output keeps the order of the list', async () => {
    const play = new PlayedRun(list());
    await play.start();
    await play.end('l', 'completed', ['x', 'y', 'z']);
    expect(play.submitted.slice(1).map(({ submit }) => submit.input)).toEqual([
      [0, 'x'],
      [1, 'y'],
      [2, 'z'],
    ]);
    for (const key of ['each[2]', 'each[0]', 'each[1]']) await play.end(key);
    expect(play.submitted.at(-1)?.submit.input).toEqual(['each[0] done', 'each[1] done', 'each[2] done']);
  });

  test('at most `concurrency` elements at once', async () => {
    const play = new PlayedRun(list({ concurrency: 2 }));
    await play.start();
    await play.end('l', 'completed', [1, 2, 3]);
    expect(play.keys).toEqual(['l', 'each[0]', 'each[1]']);
    await play.end('each[1]');
    expect(play.keys.at(-1)).toBe('each[2]');
  });

  test.each([
    ['an empty list has an empty output', [], []],
    ['a single value is a list of one', 'x', ['each[0] done']],
  ])('%s', async (_rule, output, outputs) => {
    const play = new PlayedRun(list());
    await play.start();
    await play.end('l', 'completed', output);
    if (outputs.length > 0) await play.end('each[0]');
    expect(play.submitted.at(-1)).toMatchObject({ key: 'after', submit: { input: outputs } });
  });

  test.each([
    ['nothing', null, /gives nothing.*\[ \]/],
    ['too many', Array.from({ length: 10_001 }, () => 0), /10001 elements/],
  ])('%s fails the step', async (_rule, output, message) => {
    const play = new PlayedRun(list());
    await play.start();
    await play.end('l', 'completed', output);
    expect(play.run.error).toEqual(failsWith('EXPRESSION_FAILED', message));
  });

  test('a list that cannot be evaluated fails the step', async () => {
    const play = new PlayedRun([step('each', { forEach: '$error("no")' })]);
    await play.start();
    expect(play.run.error).toEqual(failsWith('EXPRESSION_FAILED', /forEach of step each/));
  });

  test('an element that fails stops the run; its brothers are canceled', async () => {
    const play = new PlayedRun(list({ concurrency: 2 }));
    await play.start();
    await play.end('l', 'completed', [1, 2, 3]);
    await play.end('each[1]', 'failed');
    expect(play.states()).toEqual({
      l: 'completed',
      each: 'failed',
      'each[0]': 'canceled',
      'each[1]': 'failed',
      'each[2]': 'canceled',
      after: 'canceled',
    });
    expect(play.canceled).toEqual(['each[0]']);
    expect(play.run.error?.message).toBe('Step each failed: each[1]: boom');
  });

  test('an element whose input cannot be made stops it too', async () => {
    const play = new PlayedRun(list({ input: '${{ item = 2 ? $error("no") : item }}' }));
    await play.start();
    await play.end('l', 'completed', [1, 2, 3]);
    expect(play.states()).toMatchObject({
      each: 'failed',
      'each[0]': 'canceled',
      'each[1]': 'failed',
      'each[2]': 'canceled',
    });
    expect(play.keys).toEqual(['l', 'each[0]']);
  });

  test('optional: what failed is null in the output', async () => {
    const play = new PlayedRun(list({ optional: true }));
    await play.start();
    await play.end('l', 'completed', [1, 2]);
    await play.end('each[0]', 'failed');
    await play.end('each[1]');
    expect(play.submitted.at(-1)).toMatchObject({ key: 'after', submit: { input: [null, 'each[1] done'] } });
    await play.end('after');
    expect(play.run.state).toBe('completed');
  });

  test('optional: when no element can even start, all are null', async () => {
    const play = new PlayedRun(list({ optional: true, input: '${{ $error("no") }}' }));
    await play.start();
    await play.end('l', 'completed', [1, 2]);
    expect(play.submitted.at(-1)).toMatchObject({ key: 'after', submit: { input: [null, null] } });
  });

  test('continue: the other elements run, then the step has failed', async () => {
    const play = new PlayedRun({ onFailure: 'continue', steps: list({ concurrency: 1 }) });
    await play.start();
    await play.end('l', 'completed', [1, 2]);
    await play.end('each[0]', 'canceled');
    await play.end('each[1]');
    expect(play.states()).toMatchObject({
      each: 'failed',
      'each[0]': 'canceled',
      'each[1]': 'completed',
      after: 'skipped',
    });
    expect(play.run).toMatchObject({ state: 'partial', error: failsWith('STEP_CANCELED', /each\[0\] was canceled/) });
    expect(play.unit('each').output).toEqual([null, 'each[1] done']);
  });
});
