import { type StepDocument } from '@baton/contracts';
import { failsWith, PlayedRun, step } from './play-run';

const sub = (id: string, workflow: string, more: object = {}): StepDocument => ({ id, workflow, ...more });

const stored = {
  pair: {
    input: { n: 1, m: 2 },
    steps: [step('x', { input: '${{ input }}' }), step('y', { input: '${{ steps.x.output }}' }), step('z')],
  },
  self: {
    steps: [sub('again', 'self', { when: '${{ input.n > 0 }}', input: { n: '${{ input.n - 1 }}' } })],
  },
  deep: { steps: [sub('again', 'deep', { input: {} })] },
  slow: { deadlineSeconds: 10, budget: { seconds: 20 }, steps: [step('x')] },
  tight: { concurrency: 1, budget: { tasks: 2, cost: 5 }, steps: [step('x'), step('y'), step('z')] },
  open: { onFailure: 'continue' as const, steps: [step('x'), step('y')], output: { y: '${{ steps.y.output }}' } },
};

describe('a sub-workflow', () => {
  test('has an input of its own, over the defaults, and gives what nobody in it needs', async () => {
    const play = new PlayedRun([step('a'), sub('s', 'pair', { input: { n: '${{ steps.a.output }}' } })], { stored });
    await play.start();
    await play.end('a');
    expect(play.submitted.at(1)).toMatchObject({ key: 's/x', submit: { input: { n: 'a done', m: 2 } } });
    const again = play.restored();
    for (const key of ['s/x', 's/z', 's/y']) await again.end(key);
    expect(again.submitted.at(-1)?.submit.input).toBe('s/x done');
    expect(again.run.output).toEqual({ s: { y: 's/y done', z: 's/z done' } });
  });

  test.each([
    ['is no object', '${{ 5 }}', /input of step s must give an object/],
    ['cannot be made', { n: '${{ $error("no") }}' }, /input of step s cannot be evaluated/],
  ])('whose input %s fails', async (_why, input, message) => {
    const play = new PlayedRun([sub('s', 'pair', { input })], { stored });
    await play.start();
    expect(play.run.error).toEqual(failsWith('EXPRESSION_FAILED', message));
    expect(play.states()).toEqual({ s: 'failed' });
  });

  test('may use itself, until its condition ends it', async () => {
    const play = new PlayedRun([sub('s', 'self', { input: { n: 2 } })], { stored });
    await play.start();
    expect(play.states()).toEqual({
      s: 'completed',
      's/again': 'completed',
      's/again/again': 'completed',
      's/again/again/again': 'skipped',
    });
  });

  test('is at most eight levels deep', async () => {
    const play = new PlayedRun([sub('s', 'deep')], { stored });
    await play.start();
    expect(play.run.error).toEqual(failsWith('WORKFLOW_TOO_DEEP', /9 levels deep; 8 are allowed/));
    expect(Object.keys(play.states())).toHaveLength(9);
    expect(play.restored().states()).toEqual(play.states());
  });

  test('has its own policy for failures, and what there is of its output is kept', async () => {
    const play = new PlayedRun([sub('s', 'open', { optional: true }), step('a', { input: '${{ steps.s.output }}' })], {
      stored,
    });
    await play.start();
    await play.end('s/x', 'failed');
    await play.end('s/y');
    expect(play.submitted.at(-1)).toMatchObject({ key: 'a', submit: { input: { y: 's/y done' } } });
    expect(play.unit('s')).toMatchObject({ state: 'failed', error: failsWith('BOOM', /Step s\/x failed/) });
    expect(play.restored().unit('s').output).toEqual({ y: 's/y done' });
  });

  test.each([
    ['its own deadline', {}, 10, 'WORKFLOW_DEADLINE', /workflow of step s has not ended within its deadline of 10 s/],
    ['the time-out of the step', { timeoutSeconds: 4 }, 4, 'STEP_TIMEOUT', /Step s has not ended within 4 s/],
    ['the sooner of both', { timeoutSeconds: 12 }, 10, 'WORKFLOW_DEADLINE', /deadline/],
  ])('ends at %s', async (_which, more, seconds, code, message) => {
    const play = new PlayedRun([sub('s', 'slow', more)], { stored });
    await play.start();
    await play.later(seconds - 1);
    expect(play.run.state).toBe('running');
    const again = play.restored();
    again.now = new Date(again.now.getTime() + 1000);
    const { commands } = await again.send({ kind: 'continue' });
    expect(commands.map(({ kind }) => kind)).toEqual(['cancel-task']);
    expect(again.run.error).toEqual(failsWith(code, message));
    expect(again.states()).toEqual({ s: 'failed', 's/x': 'canceled' });
  });

  test('has limits of its own: tasks at once, and a budget that a restart does not refill', async () => {
    const play = new PlayedRun([sub('s', 'tight'), sub('t', 'tight', { optional: true })], { stored });
    await play.start();
    expect(play.active).toEqual(['s/x', 't/x']);
    await play.end('s/x');
    expect(play.active).toEqual(['s/y', 't/x']);
    const again = play.restored();
    await again.end('s/y');
    const message = /Step s failed: Step s\/z failed: The budget of the workflow of step s is spent: it allows 2 tasks/;
    expect(again.run.error).toEqual(failsWith('BUDGET_EXHAUSTED', message));
  });

  test('several of them, each with its turn', async () => {
    const play = new PlayedRun({ concurrency: 2, steps: [sub('s', 'tight', { forEach: '[1,2,3]' })] }, { stored });
    await play.start();
    expect(play.active).toEqual(['s[0]/x', 's[1]/x']);
    await play.end('s[0]/x');
    expect(play.active).toEqual(['s[0]/y', 's[1]/x']);
    await play.end('s[1]/x');
    expect(play.active).toEqual(['s[0]/y', 's[1]/y']);
    await play.end('s[0]/y', 'failed');
    expect(play.run.state).toBe('failed');
  });
});
