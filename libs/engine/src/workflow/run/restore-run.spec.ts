import { type UnitRow } from './unit';
import { compileTemplate } from '../expressions/template';
import { failsWith, PlayedRun, rowOf, step } from './play-run';
import { restoreRun } from './restore-run';
import { essence } from './simulated-mesh.fixture';
import { mustGoOn, spentOf } from './workflow-run';

const steps = [
  step('l'),
  step('each', { forEach: 'steps.l.output', input: '${{ item }}', concurrency: 2 }),
  step('after', { input: '${{ steps.each.output }}' }),
];

test('after any event the restored run is the same and goes on the same way', async () => {
  let play = new PlayedRun(steps);
  const events: (() => Promise<unknown>)[] = [
    () => play.start(),
    () => play.end('l', 'completed', ['x', 'y', 'z']),
    () => play.end('each[1]'),
    () => play.send({ kind: 'pause' }),
    () => play.end('each[0]', 'failed'),
    () => play.send({ kind: 'retry' }),
    () => play.end('each[0]'),
    () => play.end('each[2]'),
    () => play.end('after'),
  ];
  for (const event of events) {
    await event();
    const again = play.restored();
    expect(essence(again.run)).toEqual(essence(play.run));
    play = again;
  }
  expect(play.run.state).toBe('completed');
  expect(play.unit('after').output).toBe('after done');
});

test('what is ready and paused starts when the restored run is resumed', async () => {
  const play = new PlayedRun(steps);
  await play.start();
  await play.send({ kind: 'pause' });
  await play.end('l', 'completed', ['x']);
  const again = play.restored();
  await again.send({ kind: 'resume' });
  expect(again.keys).toEqual(['l', 'each[0]']);
});

test('a run that was left with nothing but its end to do ends', async () => {
  const play = new PlayedRun([step('a')]);
  await play.start();
  play.mayGoOn = () => false;
  await play.end('a');
  const again = play.restored();
  expect([again.run.state, mustGoOn(again.run)]).toEqual(['running', true]);
  await again.send({ kind: 'continue' });
  expect(again.run.state).toBe('completed');
});

test('a run that was not started yet is, and has spent nothing', async () => {
  const play = new PlayedRun({ deadlineSeconds: 60, steps: [step('a')] });
  expect(spentOf(play.run)).toEqual({ tasks: 0, cost: 0, since: null });
  const again = play.restored();
  expect(again.run).toMatchObject({ state: 'created', wakeAt: null });
  await again.start();
  expect(again.keys).toEqual(['a']);
});

test('what a run has spent, and since when, is kept', async () => {
  const play = new PlayedRun({ budget: { tasks: 2 }, deadlineSeconds: 60, steps });
  await play.start();
  const { run } = play.restored();
  expect([spentOf(run), run.clockFrom]).toEqual([spentOf(play.run), play.now]);
  const bare = restoreRun(play.run.graph, { ...play.run, spent: null }, []);
  expect([spentOf(bare).tasks, bare.clockFrom]).toEqual([0, play.now]);
});

test('rows of steps that have not changed may be missing; unknown ones may not', async () => {
  const play = new PlayedRun(steps);
  await play.start();
  const head = { ...play.run, spent: spentOf(play.run) };
  const first: UnitRow = rowOf(play.unit('l'));
  expect(essence(restoreRun(play.run.graph, head, [first]))).toEqual(essence(play.run));
  expect(() => restoreRun(play.run.graph, head, [{ ...first, key: 'zz', stepId: 'zz' }])).toThrow('Step zz');
});

test('a paused run that was left with news has something to do, and one with starts only has not', async () => {
  const play = new PlayedRun([step('each', { forEach: '[1,2]', concurrency: 1 })]);
  await play.start();
  await play.send({ kind: 'pause' });
  play.mayGoOn = () => false;
  await play.end('each[0]');
  expect(mustGoOn(play.run)).toBe(true);
  play.mayGoOn = () => true;
  await play.send({ kind: 'continue' });
  expect([play.states()['each[1]'], mustGoOn(play.run)]).toEqual(['ready', false]);
  await play.send({ kind: 'cancel', reason: 'no' });
  expect(mustGoOn(play.run)).toBe(false);
});

test('an element that failed before its forEach was told of it counts after a restart', async () => {
  const play = new PlayedRun([step('each', { forEach: '[1,2]' })]);
  await play.start();
  play.mayGoOn = () => false;
  await play.end('each[1]', 'failed');
  const again = play.restored();
  await again.send({ kind: 'continue' });
  expect([again.run.state, again.run.error?.message]).toEqual(['failed', 'Step each failed: each[1]: boom']);
});

test('what is around a step cannot be evaluated again: what starts there fails', async () => {
  const stored = {
    sub: { steps: [step('x'), step('y', { when: 'steps.x.output' })], output: '${{ steps.y.output }}' },
  };
  const play = new PlayedRun([{ id: 's', workflow: 'sub', input: { n: 1 } }], { stored });
  await play.start();
  const again = play.restored();
  Object.assign(again.unit('s').body, { input: compileTemplate('${{ $error("slow") }}').template });
  await again.end('s/x');
  expect(again.run.error).toEqual(failsWith('EXPRESSION_FAILED', /Step s\/y failed: The input of step s cannot/));
  const last = new PlayedRun([{ id: 's', workflow: 'sub', input: { n: 1 } }], { stored });
  await last.start();
  await last.end('s/x', 'completed', false);
  expect(last.run).toMatchObject({ state: 'completed', output: { s: null } });
});

test('the output of a sub-workflow whose input cannot be evaluated again', async () => {
  const stored = { sub: { steps: [step('x')], output: '${{ steps.x.output }}' } };
  const play = new PlayedRun([{ id: 's', workflow: 'sub' }], { stored });
  await play.start();
  const again = play.restored();
  Object.assign(again.unit('s').body, { input: compileTemplate('${{ $error("slow") }}').template });
  await again.end('s/x');
  expect(again.run.error).toEqual(failsWith('EXPRESSION_FAILED', /Step s failed: The input of step s cannot/));
});
