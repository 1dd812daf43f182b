import { failsWith, needs, PlayedRun, step } from './play-run';

describe('failures', () => {
  const diamond = [
    step('a'),
    step('b', needs('a')),
    step('c', needs('a')),
    step('d', needs('b', 'c')),
    step('e', needs('d')),
  ];

  test('fail-fast cancels what runs and never starts the rest', async () => {
    const play = new PlayedRun(diamond);
    await play.start();
    await play.end('a');
    const decision = await play.end('b', 'failed');
    expect(decision.transitions).toEqual([{ from: 'running', to: 'failed', reason: 'Step b failed: boom' }]);
    expect(play.canceled).toEqual(['c']);
    expect(play.states()).toEqual({ a: 'completed', b: 'failed', c: 'canceled', d: 'canceled', e: 'canceled' });
  });

  test('continue runs what does not depend on the failure', async () => {
    const play = new PlayedRun({ onFailure: 'continue', steps: diamond });
    await play.start();
    await play.end('a');
    await play.end('b', 'rejected');
    await play.end('c');
    expect(play.states()).toEqual({ a: 'completed', b: 'rejected', c: 'completed', d: 'skipped', e: 'skipped' });
    expect(play.unit('d').error).toEqual(failsWith('NEED_FAILED', /Needs b/));
    expect(play.run.state).toBe('partial');
  });

  test('continue with nothing done is failed', async () => {
    const play = new PlayedRun({
      onFailure: 'continue',
      steps: [step('a'), step('b', needs('a')), step('c', needs('a', 'b'))],
    });
    await play.start();
    await play.end('a', 'failed');
    expect(play.run).toMatchObject({ state: 'failed', output: null });
  });

  test('a task canceled by somebody is a failure of its step', async () => {
    const play = new PlayedRun([step('a')]);
    await play.start();
    await play.end('a', 'canceled');
    expect(play.run).toMatchObject({ state: 'failed', error: failsWith('STEP_CANCELED', /Step a was canceled/) });
  });

  test.each(['failed', 'rejected', 'canceled'] as const)(
    'optional: %s gives null and the run goes on',
    async (state) => {
      const play = new PlayedRun([
        step('a', { optional: true }),
        step('b', { input: '${{ [steps.a.output, steps.a.state] }}' }),
      ]);
      await play.start();
      await play.end('a', state);
      expect(play.submitted[1]?.submit.input).toEqual([null, state]);
      await play.end('b');
      expect(play.run.state).toBe('completed');
    },
  );
});
