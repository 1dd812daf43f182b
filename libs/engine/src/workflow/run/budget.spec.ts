import { failsWith, needs, PlayedRun, step } from './play-run';

describe('the budget of tasks', () => {
  test('a task beyond it fails, and says so', async () => {
    const play = new PlayedRun({ budget: { tasks: 2 }, steps: [step('each', { forEach: '[1,2,3]' })] });
    await play.start();
    expect(play.keys).toEqual(['each[0]', 'each[1]']);
    const message = /each\[2\]: The budget of the run is spent: it allows 2 tasks. Start a new run/;
    expect(play.run).toMatchObject({ state: 'failed', error: failsWith('BUDGET_EXHAUSTED', message) });
  });

  test('tasks that were spawned count when the one that spawned them ends', async () => {
    const play = new PlayedRun({
      budget: { tasks: 5 },
      steps: [step('a'), step('b', needs('a')), step('c', needs('b'))],
    });
    await play.start();
    expect(play.submitted[0]?.submit.spawning).toEqual({ tasks: 4 });
    await play.send({ ...play.ended('a', 'completed'), spawned: 3 });
    expect(play.submitted[1]?.submit.spawning).toEqual({ tasks: 0 });
    await play.end('b');
    expect(play.run.error).toEqual(failsWith('BUDGET_EXHAUSTED', /5 tasks/));
  });

  test('a coordinator may spawn no more, and no deeper, than is left', async () => {
    const chief = {
      id: 'chief',
      pattern: 'hierarchical',
      capability: 'plan',
      limits: { depth: 5, fanOut: 50, tasks: 4 },
    };
    const play = new PlayedRun({ budget: { tasks: 100, depth: 2 }, steps: [chief, step('other')] });
    await play.start();
    expect(play.submitted.map(({ submit }) => submit.spawning)).toEqual([
      { depth: 2, fanOut: 50, tasks: 4 },
      { depth: 2, tasks: 98 },
    ]);
  });
});

describe('the budget of cost', () => {
  test('what a step says it costs is reserved until its task tells what it took', async () => {
    const play = new PlayedRun({
      budget: { cost: 10 },
      steps: [step('a', { cost: 6 }), step('b', { ...needs('a'), cost: 4 }), step('c', { ...needs('b'), cost: 5 })],
    });
    await play.start();
    await play.send({ ...play.ended('a', 'completed'), cost: 2.5 });
    await play.end('b');
    const message = /allows a cost of 10; 6.5 are used and 0 reserved/;
    expect(play.run.error).toEqual(failsWith('BUDGET_EXHAUSTED', message));
    expect(play.unit('a').cost).toBe(2.5);
    expect(play.unit('b').cost).toBeNull();
  });

  test('no two reserve the same', async () => {
    const play = new PlayedRun({
      onFailure: 'continue',
      budget: { cost: 10 },
      steps: [step('a', { cost: 6 }), step('b', { cost: 6 })],
    });
    await play.start();
    expect(play.states()).toEqual({ a: 'queued', b: 'failed' });
    expect(play.unit('b').error).toEqual(failsWith('BUDGET_EXHAUSTED', /0 are used and 6 reserved/));
  });

  test('a step that does not say its cost runs while anything is left', async () => {
    const steps = [step('a'), step('b', needs('a')), step('c', needs('b'))];
    const play = new PlayedRun({ budget: { cost: 3 }, steps });
    await play.start();
    await play.send({ ...play.ended('a', 'completed'), cost: 2 });
    await play.send({ ...play.ended('b', 'completed'), cost: 2 });
    expect(play.keys).toEqual(['a', 'b']);
    expect(play.run.error).toEqual(failsWith('BUDGET_EXHAUSTED', /4 are used/));
  });

  test('costs of all tasks of a step add up; one that is canceled took what it had reserved', async () => {
    const play = new PlayedRun({ budget: { cost: 10 }, steps: [step('a', { cost: 3 }), step('b', { cost: 3 })] });
    await play.start();
    await play.send({ ...play.ended('a', 'failed'), cost: 1 });
    await play.send({ kind: 'retry' });
    await play.send({ ...play.ended('a', 'completed'), cost: 1 });
    expect(play.unit('a').cost).toBe(2);
    expect(play.run.root.gate.spent).toEqual({ tasks: 4, cost: 5, reserved: 3 });
  });
});

describe('time', () => {
  test.each([
    ['the deadline', { deadlineSeconds: 10 }, 'WORKFLOW_DEADLINE', /The run has not ended within its deadline of 10 s/],
    ['the budget', { budget: { seconds: 10 } }, 'BUDGET_EXHAUSTED', /the run has taken its 10 s/],
    ['the sooner of both', { deadlineSeconds: 20, budget: { seconds: 10 } }, 'BUDGET_EXHAUSTED', /10 s/],
  ])('%s ends the run, also while it is paused', async (_which, limits, code, message) => {
    const play = new PlayedRun({ ...limits, steps: [step('a')] });
    await play.start();
    expect(play.run.wakeAt).toEqual(new Date(play.now.getTime() + 10_000));
    await play.send({ kind: 'pause' });
    await play.later(9);
    expect(play.run.state).toBe('paused');
    await play.later(1);
    expect(play.run).toMatchObject({ state: 'failed', error: failsWith(code, message), wakeAt: null });
    expect(play.canceled).toEqual(['a']);
  });

  test('a run that does its last at its deadline has met it', async () => {
    const play = new PlayedRun({ deadlineSeconds: 10, steps: [step('a')] });
    await play.start();
    play.now = new Date(play.now.getTime() + 10_000);
    await play.end('a');
    expect(play.run.state).toBe('completed');
  });

  test('a retry has all of it again', async () => {
    const play = new PlayedRun({ deadlineSeconds: 10, steps: [step('a')] });
    await play.start();
    await play.later(10);
    await play.send({ kind: 'retry' });
    expect(play.restored().run.clockFrom).toEqual(play.now);
    await play.later(9);
    await play.end('a');
    expect(play.run.state).toBe('completed');
  });
});

describe('the concurrency of a run', () => {
  test('so many tasks at once, wherever they are; those that wait go in turn', async () => {
    const play = new PlayedRun({ concurrency: 2, steps: [step('each', { forEach: '[1,2,3]' }), step('a')] });
    await play.start();
    expect(play.active).toEqual(['each[0]', 'a']);
    await play.end('a');
    expect(play.active).toEqual(['each[0]', 'each[1]']);
    await play.send({ kind: 'pause' });
    await play.end('each[0]');
    expect(play.active).toEqual(['each[1]']);
    await play.send({ kind: 'resume' });
    expect(play.active).toEqual(['each[1]', 'each[2]']);
  });

  test('one that fails before it goes out leaves its place to the next', async () => {
    const input = '${{ item = 2 ? $error("no") : item }}';
    const play = new PlayedRun({
      onFailure: 'continue',
      concurrency: 1,
      steps: [step('each', { forEach: '[1,2,3]', input })],
    });
    await play.start();
    await play.end('each[0]');
    expect(play.active).toEqual(['each[2]']);
  });

  test('what waits for room is left when the run is stopped, and taken up by a retry', async () => {
    const play = new PlayedRun({ concurrency: 1, steps: [step('a'), step('b')] });
    await play.start();
    await play.send({ kind: 'cancel', reason: 'no' });
    await play.send({ kind: 'retry' });
    expect(play.active).toEqual(['a']);
    await play.end('a');
    await play.end('b');
    expect(play.run.state).toBe('completed');
  });
});
