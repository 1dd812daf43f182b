import { type JsonValue, type StepDocument, type Wait } from '@baton/contracts';
import { failsWith, needs, PlayedRun, step } from './play-run';
import { signalLimit } from './waits';

function wait(id: string, what: Wait, more: Partial<StepDocument> = {}): StepDocument {
  return { id, wait: what, ...more };
}

const soon = '2026-03-01T12:00:07Z';

describe('a wait for a time', () => {
  test.each<[string, Wait, number]>([
    ['seconds', { seconds: 5 }, 5],
    ['seconds of an expression', { seconds: '${{ input.pause * 2 }}' }, 6],
    ['a time', { until: soon }, 7],
    ['a time of an expression', { until: '${{ input.at }}' }, 7],
  ])('%s is over when it has come, and not before', async (_what, waits, seconds) => {
    const play = new PlayedRun({ input: { pause: 3, at: soon }, steps: [wait('w', waits), step('a', needs('w'))] });
    await play.start();
    expect([play.states(), play.run.wakeAt]).toEqual([
      { w: 'waiting', a: 'pending' },
      new Date(play.now.getTime() + seconds * 1000),
    ]);
    await play.later(seconds - 1);
    expect(play.keys).toEqual([]);
    await play.later(1);
    expect([play.keys, play.unit('w').output, play.run.wakeAt]).toEqual([['a'], null, null]);
  });

  test('one that has come already is over at once', async () => {
    const play = new PlayedRun([wait('w', { until: '2020-01-01T00:00:00Z' }), step('a', needs('w'))]);
    await play.start();
    expect(play.keys).toEqual(['a']);
  });

  test.each<[string, Wait, RegExp]>([
    ['no number', { seconds: '${{ "x" }}' }, /seconds of step w must give a number of seconds, not "x"/],
    ['a negative one', { seconds: '${{ 0 - 5 }}' }, /not -5/],
    ['more than time has', { seconds: '${{ 1e17 }}' }, /number of seconds/],
    ['no text', { until: '${{ 5 }}' }, /until of step w must give a time with its zone.*not 5/],
    ['no time', { until: '${{ "2026-13-01T00:00:00Z" }}' }, /time with its zone/],
    ['no zone', { until: '${{ "2026-03-01T12:00:00" }}' }, /time with its zone/],
    ['an error', { seconds: '${{ $error("no") }}' }, /seconds of step w cannot be evaluated/],
  ])('%s fails the step', async (_what, waits, message) => {
    const play = new PlayedRun([wait('w', waits)]);
    await play.start();
    expect(play.run.error).toEqual(failsWith('EXPRESSION_FAILED', message));
  });

  test('many are over each in its time, in any order', async () => {
    const seconds = [7, 3, 9, 1, 5, 8, 2, 6, 4];
    const play = new PlayedRun(seconds.map((second) => wait(`w${second}`, { seconds: second })));
    await play.start();
    for (const second of [...seconds].sort()) {
      await play.later(1);
      expect([second, play.states()[`w${second}`], play.states()[`w${second + 1}`] ?? 'waiting']).toEqual([
        second,
        'completed',
        'waiting',
      ]);
    }
    expect(play.run.state).toBe('completed');
  });

  test('a paused run waits on; what is due comes when it is resumed', async () => {
    const play = new PlayedRun([wait('w', { seconds: 5 })]);
    await play.start();
    await play.send({ kind: 'pause' });
    expect(play.run.wakeAt).toBeNull();
    await play.later(10);
    expect(play.states()).toEqual({ w: 'waiting' });
    await play.send({ kind: 'resume' });
    expect(play.run.state).toBe('completed');
  });

  test('after a restart it ends when it was to end', async () => {
    const play = new PlayedRun([wait('w', { seconds: 5 })]);
    await play.start();
    const again = play.restored();
    await again.later(4);
    expect(again.states()).toEqual({ w: 'waiting' });
    await again.later(1);
    expect(again.run.state).toBe('completed');
  });

  test('after a restart many end each in its time', async () => {
    const play = new PlayedRun([wait('late', { seconds: 9 }), wait('soon', { seconds: 5 })]);
    await play.start();
    const again = play.restored();
    await again.later(5);
    expect(again.states()).toEqual({ late: 'waiting', soon: 'completed' });
    await again.later(4);
    expect(again.run.state).toBe('completed');
  });

  test('one that is stopped does not wake the run', async () => {
    const play = new PlayedRun([wait('w', { seconds: 5 })]);
    await play.start();
    await play.send({ kind: 'cancel', reason: 'no' });
    expect([play.states(), play.run.wakeAt]).toEqual([{ w: 'canceled' }, null]);
  });
});

describe('a wait for a signal', () => {
  const approve = (payload: JsonValue) => ({ kind: 'signal' as const, name: 'approve', payload });
  const waits = [wait('w', { signal: 'approve' }), step('a', { input: '${{ steps.w.output.by }}' })];

  test('goes on with its payload', async () => {
    const play = new PlayedRun(waits);
    await play.start();
    expect((await play.send({ kind: 'signal', name: 'other', payload: 1 })).touchesRun).toBe(true);
    expect(play.states()).toEqual({ w: 'waiting', a: 'pending' });
    await play.send(approve({ by: 'ann' }));
    expect(play.submitted[0]?.submit.input).toBe('ann');
    expect(play.run.signals).toEqual([{ name: 'other', payload: 1 }]);
  });

  test.each(['before the start', 'before the wait', 'while it is paused'])(
    'one that comes %s is kept',
    async (when) => {
      const play = new PlayedRun([step('first'), wait('w', { signal: 'approve' }, needs('first'))]);
      if (when === 'before the start') await play.send(approve(1));
      await play.start();
      if (when === 'while it is paused') await play.send({ kind: 'pause' });
      if (when !== 'before the start') await play.send(approve(1));
      const again = play.restored();
      await again.end('first');
      if (when === 'while it is paused') await again.send({ kind: 'resume' });
      expect([again.run.state, again.unit('w').output, again.run.signals]).toEqual(['completed', 1, []]);
    },
  );

  test('an ended run takes none', async () => {
    const play = new PlayedRun([step('a')]);
    await play.start();
    await play.end('a');
    await play.send(approve(1));
    expect(play.run.signals).toEqual([]);
  });

  test('the first wait takes the first signal, also after a restart', async () => {
    const play = new PlayedRun([
      step('a'),
      step('b'),
      wait('one', { signal: 'approve' }, needs('b')),
      wait('two', { signal: 'approve' }, needs('a')),
    ]);
    await play.start();
    await play.end('a');
    await play.end('b');
    const again = play.restored();
    await again.send(approve(1));
    expect(again.states()).toMatchObject({ one: 'waiting', two: 'completed' });
    await again.send(approve(2));
    expect([again.run.state, again.unit('one').output]).toEqual(['completed', 2]);
  });

  test('a wait that was stopped takes none: the next one does', async () => {
    const either = [wait('one', { signal: 'approve' }), step('a')];
    const play = new PlayedRun([
      { id: 'p', pattern: 'parallel', join: 'any', steps: either },
      wait('two', { signal: 'approve' }, needs('p')),
    ]);
    await play.start();
    await play.end('p/a');
    await play.send(approve(1));
    expect(play.states()).toMatchObject({ 'p/one': 'canceled', two: 'completed' });
    expect([play.run.state, play.unit('two').output, play.unit('p/one').output]).toEqual(['completed', 1, null]);
  });

  test('one that waits anew after a retry has lost its turn', async () => {
    const play = new PlayedRun([
      wait('one', { signal: 'approve' }),
      step('fails', { optional: true }),
      {
        id: 'sub',
        pattern: 'sequential',
        steps: [wait('two', { signal: 'approve' })],
        timeoutSeconds: 5,
      },
    ]);
    await play.start();
    await play.later(5);
    expect(play.run.error).toEqual(failsWith('STEP_TIMEOUT', /Step sub has not ended within 5 s/));
    await play.send({ kind: 'retry' });
    await play.send(approve(1));
    expect(play.states()).toMatchObject({ one: 'completed', 'sub/two': 'waiting' });
  });

  test.each<['fail' | 'continue', object]>([
    ['fail', { state: 'failed', error: failsWith('STEP_TIMEOUT', /Step w has not ended within 9 s/) }],
    ['continue', { state: 'completed', output: { w: null } }],
  ])('that does not come in time: %s', async (onTimeout, ends) => {
    const play = new PlayedRun([wait('w', { signal: 'approve', onTimeout }, { timeoutSeconds: 9 })]);
    await play.start();
    const again = play.restored();
    expect(again.run.wakeAt ?? play.run.wakeAt).toEqual(new Date(play.now.getTime() + 9000));
    await again.later(8);
    expect(again.run.state).toBe('running');
    await again.later(1);
    expect(again.run).toMatchObject(ends);
    await again.send(approve(1));
    expect(again.run).toMatchObject(ends);
  });

  test('too many that nobody waits for: the oldest of that name goes, or the oldest of all', async () => {
    const play = new PlayedRun([wait('w', { signal: 'never' })]);
    await play.send({ kind: 'signal', name: 'other', payload: 'first' });
    for (let n = 1; n < signalLimit; n += 1) await play.send(approve(n));
    await play.send(approve(100));
    const names = () => play.run.signals.map(({ name }) => name);
    expect([names().length, names()[0], play.run.signals[1]?.payload]).toEqual([signalLimit, 'other', 2]);
    await play.send({ kind: 'signal', name: 'new', payload: 1 });
    expect([names().length, names()[0], names().at(-1)]).toEqual([signalLimit, 'approve', 'new']);
  });
});
