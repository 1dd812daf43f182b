import { type StepDocument, type TaskId } from '@baton/contracts';
import { PlayedRun } from './play-run';
import { advance, type WorkflowEvent } from './advance';

const step = (id: string, more: Partial<StepDocument> = {}): StepDocument => ({ id, capability: `do.${id}`, ...more });
const needs = (...ids: string[]) => ({ needs: ids });
const failsWith = (code: string, text: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(text) });

describe('order', () => {
  test('W3 a step starts when its last need has passed', async () => {
    const play = new PlayedRun([step('a'), step('b'), step('c', needs('a', 'b'))]);
    const started = await play.start();
    expect(started.transitions).toEqual([{ from: 'created', to: 'running', reason: null }]);
    expect(play.keys).toEqual(['a', 'b']);
    await play.end('b');
    expect(play.keys).toEqual(['a', 'b']);
    const decision = await play.end('a');
    expect([...decision.changed].map(({ key }) => key)).toEqual(['a', 'c']);
    expect(play.keys).toEqual(['a', 'b', 'c']);
    await play.end('c');
    expect(play.run).toMatchObject({ state: 'completed', output: { c: 'c done' }, error: null });
  });

  test('the input is made of defaults, given input and outputs', async () => {
    const play = new PlayedRun({
      input: { topic: 'x', depth: 1 },
      output: { said: '${{ steps.a.output }}', none: '${{ steps.a.output.missing }}' },
      steps: [step('a', { input: { q: '${{ input.topic }}', d: '${{ input.depth }}', run: '${{ run.id }}' } })],
    });
    await play.send({ kind: 'start', input: { topic: 'y' } });
    expect(play.submitted[0]?.submit).toEqual({ capability: 'do.a', input: { q: 'y', d: 1, run: 'run-1' } });
    await play.end('a');
    expect(play.run.output).toEqual({ said: 'a done', none: null });
  });

  test('options of the step become options of the task', async () => {
    const options = { timeoutSeconds: 5, priority: 9, tags: ['x'], fallback: ['do.b'] };
    const play = new PlayedRun([
      step('a', { ...options, retry: { maxRetries: 2, initialMs: 10 } }),
      step('b', { retry: { maxRetries: 0 } }),
    ]);
    await play.start();
    expect(play.submitted[0]?.submit).toEqual({
      capability: 'do.a',
      input: null,
      ...options,
      maxRetries: 2,
      retry: { initialMs: 10 },
    });
    expect(play.submitted[1]?.submit).toEqual({ capability: 'do.b', input: null, maxRetries: 0 });
  });
});

describe('when', () => {
  test.each<[string, boolean]>([
    ['input.yes', true],
    ['1', true],
    ['[0]', true],
    ['{"a": 1}', true],
    ['input.missing', false],
    ['""', false],
    ['[]', false],
    ['{}', false],
    ['0', false],
  ])('%s is %s', async (when, runs) => {
    const play = new PlayedRun({ input: { yes: true }, steps: [step('a', { when }), step('b', needs('a'))] });
    await play.start();
    expect(play.keys).toEqual([runs ? 'a' : 'b']);
    if (!runs) expect(play.states()).toMatchObject({ a: 'skipped', b: 'queued' });
  });

  test('one that cannot be evaluated fails the step', async () => {
    const play = new PlayedRun([step('a', { when: '$error("no")' })]);
    await play.start();
    expect(play.run).toMatchObject({ state: 'failed', error: failsWith('EXPRESSION_FAILED', /when of step a/) });
  });
});

describe('inputs that cannot be made', () => {
  test.each([
    ['a failing expression', '${{ $error("no") }}', 'EXPRESSION_FAILED'],
    ['too large', '${{ $pad("", 1100000) }}', 'INPUT_TOO_LARGE'],
  ])('%s fails the step', async (_rule, input, code) => {
    const play = new PlayedRun([step('a', { input })]);
    await play.start();
    expect(play.run.error).toEqual(failsWith(code, /input of step a/i));
  });

  test('an output that cannot be made fails the run, and a retry evaluates it again', async () => {
    const play = new PlayedRun({ output: '${{ $error("no") }}', steps: [step('a')] });
    await play.start();
    await play.end('a');
    expect(play.run).toMatchObject({
      state: 'failed',
      error: failsWith('EXPRESSION_FAILED', /output of the workflow/),
    });
    const again = await play.send({ kind: 'retry' });
    expect(again.transitions.map(({ to }) => to)).toEqual(['running', 'failed']);
    expect(play.keys).toEqual(['a']);
  });
});

describe('forEach', () => {
  const list = (more: Partial<StepDocument> = {}) => [
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
    expect(play.run.nodes[1]?.own.output).toEqual([null, 'each[1] done']);
  });
});

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
    expect(play.run.nodes[3]?.own.error).toEqual(failsWith('NEED_FAILED', /Needs b/));
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

test('a turn may be cut short anywhere: `continue` starts the rest, each once', async () => {
  const play = new PlayedRun([
    step('a'),
    step('each', { forEach: '[1,2,3]', input: '${{ item }}' }),
    step('b'),
    step('c', needs('a')),
  ]);
  const allow = (asks: number) => (play.mayGoOn = () => (asks -= 1) >= 0);
  allow(4);
  await play.start();
  expect([play.keys, play.run.ready]).toEqual([
    ['a', 'each[0]'],
    [1, 2],
  ]);
  await play.end('a');
  allow(4);
  await play.send({ kind: 'continue' });
  expect(play.keys).toEqual(['a', 'each[0]', 'each[1]', 'each[2]']);
  allow(100);
  await play.send({ kind: 'continue' });
  expect([...play.keys].sort()).toEqual(['a', 'b', 'c', 'each[0]', 'each[1]', 'each[2]']);
  expect(play.run.ready).toEqual([]);
});

test('without a limit a turn starts all there is', async () => {
  const { run } = new PlayedRun([step('a'), step('each', { forEach: '[1,2,3]' })]);
  const decision = await advance(run, { kind: 'start' }, { now: new Date(0), newTaskId: () => 't' as TaskId });
  expect(decision.commands).toHaveLength(4);
});

test('what was left for later does not stay behind in a run that has ended', async () => {
  const play = new PlayedRun([step('a', { input: '${{ $error("no") }}' }), step('b')]);
  let asks = 2;
  play.mayGoOn = () => (asks -= 1) >= 0;
  await play.start();
  expect([play.run.state, play.keys, play.run.ready]).toEqual(['failed', [], []]);
});

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
    [
      'a result of nobody',
      { kind: 'task-ended', key: 'zz', taskId: 't' as never, state: 'completed', output: 1, error: null, attempts: 1 },
    ],
    [
      'a result of no element',
      {
        kind: 'task-ended',
        key: 'a[7]',
        taskId: 't' as never,
        state: 'completed',
        output: 1,
        error: null,
        attempts: 1,
      },
    ],
    [
      'a result of another task',
      { kind: 'task-ended', key: 'a', taskId: 'old' as never, state: 'completed', output: 1, error: null, attempts: 1 },
    ],
  ])('W1 %s changes nothing while it runs', async (_rule, event) => {
    const play = new PlayedRun([step('a'), step('b', needs('a'))]);
    await play.start();
    const before = JSON.stringify(play.run.nodes.map(({ own }) => own));
    const decision = await play.send(event);
    expect([decision.changed.size, decision.commands, decision.transitions]).toEqual([0, [], []]);
    expect(JSON.stringify(play.run.nodes.map(({ own }) => own))).toBe(before);
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
    expect(play.run.nodes[1]?.own.attempts).toBe(2);
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
});
