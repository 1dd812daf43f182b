import { type TaskId } from '@baton/contracts';
import { advance } from './advance';
import { failsWith, needs, PlayedRun, step } from './play-run';
import { mustGoOn } from './workflow-run';

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
    const resources = { cpu: 1 };
    const options = { timeoutSeconds: 5, priority: 9, tags: ['x'], fallback: ['do.b'], version: '^1.2', resources };
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
    ['what the wire refuses', '${{ "\\u0000" }}', 'EXPRESSION_FAILED'],
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

test('a turn may be cut short anywhere: `continue` starts the rest, each once', async () => {
  const play = new PlayedRun([
    step('a'),
    step('each', { forEach: '[1,2,3]', input: '${{ item }}' }),
    step('b'),
    step('c', needs('a')),
  ]);
  const allow = (asks: number) => (play.mayGoOn = () => (asks -= 1) >= 0);
  allow(5);
  await play.start();
  expect([play.keys, mustGoOn(play.run)]).toEqual([['a', 'b', 'each[0]'], true]);
  await play.end('a');
  allow(2);
  await play.send({ kind: 'continue' });
  expect(play.keys).toEqual(['a', 'b', 'each[0]', 'each[1]', 'each[2]']);
  allow(100);
  await play.send({ kind: 'continue' });
  expect([...play.keys].sort()).toEqual(['a', 'b', 'c', 'each[0]', 'each[1]', 'each[2]']);
  expect(mustGoOn(play.run)).toBe(false);
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
  expect([play.run.state, play.keys, play.run.ready.length]).toEqual(['failed', [], 0]);
});
