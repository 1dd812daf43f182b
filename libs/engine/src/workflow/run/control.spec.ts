import { actionFlaw } from './advance';
import { failsWith, needs, PlayedRun, step, taskEnded } from './play-run';

describe('pause with running: cancel', () => {
  test('takes tasks back; they go out again on resume, and no attempt is counted', async () => {
    const play = new PlayedRun([step('a'), step('each', { forEach: '[1,2]' })]);
    await play.start();
    await play.end('each[0]');
    const { transitions } = await play.send({ kind: 'pause', running: 'cancel' });
    expect([play.canceled, transitions[0]?.reason]).toEqual([['a', 'each[1]'], 'running tasks are canceled']);
    expect(play.states()).toEqual({ a: 'ready', each: 'running', 'each[0]': 'completed', 'each[1]': 'ready' });
    const again = play.restored();
    await again.send({ kind: 'resume' });
    expect(again.keys.slice(3)).toEqual(['a', 'each[1]']);
    await again.end('a');
    await again.end('each[1]');
    expect([again.run.state, again.unit('a').attempts]).toEqual(['completed', 1]);
  });

  test('W2 a task that completed all the same has done its work', async () => {
    const play = new PlayedRun([step('a'), step('b', needs('a'))]);
    await play.start();
    await play.send({ kind: 'pause', running: 'cancel' });
    await play.end('a', 'canceled');
    expect(play.states()).toEqual({ a: 'ready', b: 'pending' });
    await play.end('a');
    expect(play.states()).toEqual({ a: 'completed', b: 'ready' });
    await play.send({ kind: 'resume' });
    expect(play.keys).toEqual(['a', 'b']);
  });
});

describe('rerun', () => {
  const steps = [
    step('a'),
    step('each', { ...needs('a'), forEach: 'steps.a.output', input: '${{ item }}' }),
    step('after', { input: '${{ steps.each.output }}' }),
    step('other', needs('a')),
  ];

  async function done(): Promise<PlayedRun> {
    const play = new PlayedRun(steps);
    await play.start();
    await play.end('a', 'completed', ['x', 'y', 'z']);
    for (const key of ['each[0]', 'each[1]', 'each[2]', 'other', 'after']) await play.end(key);
    expect(play.run.state).toBe('completed');
    return play;
  }

  test('the step and what depends on it run again; the others keep their receipts', async () => {
    const play = await done();
    const decision = await play.send({ kind: 'rerun', from: 'each' });
    expect(decision.transitions).toEqual([{ from: 'completed', to: 'running', reason: 'run again from each' }]);
    expect([...decision.removed]).toEqual(['each[0]', 'each[1]', 'each[2]']);
    expect(play.active).toEqual(['each[0]', 'each[1]', 'each[2]']);
    expect(play.states()).toMatchObject({ a: 'completed', other: 'completed', after: 'pending' });
    for (const key of ['each[0]', 'each[1]', 'each[2]']) await play.end(key, 'completed', `new ${key}`);
    expect(play.submitted.at(-1)?.submit.input).toEqual(['new each[0]', 'new each[1]', 'new each[2]']);
    await play.end('after');
    expect([play.run.state, play.keys.filter((key) => key === 'other')]).toEqual(['completed', ['other']]);
  });

  test('a list may be shorter then: what is left of the old one is removed', async () => {
    const play = await done();
    await play.send({ kind: 'rerun', from: 'a' });
    await play.end('a', 'completed', ['x']);
    expect(Object.keys(play.states())).toEqual(['a', 'each', 'each[0]', 'after', 'other']);
    expect(play.restored().states()).toEqual(play.states());
  });

  test('of a step with steps inside drops all that is inside', async () => {
    const inside = { id: 'p', pattern: 'parallel' as const, steps: [step('a'), step('each', { forEach: '[1,2]' })] };
    const play = new PlayedRun([inside]);
    await play.start();
    for (const key of ['p/a', 'p/each[0]', 'p/each[1]']) await play.end(key);
    const { removed } = await play.send({ kind: 'rerun', from: 'p' });
    expect([...removed]).toEqual(['p/a', 'p/each', 'p/each[0]', 'p/each[1]']);
    expect([play.active, play.run.counts]).toEqual([
      ['p/a', 'p/each[0]', 'p/each[1]'],
      { pending: 0, ready: 0, queued: 3, running: 0, completed: 0 },
    ]);
  });

  test('what failed or was stopped elsewhere runs again too', async () => {
    const play = new PlayedRun([step('a'), step('b'), step('c', needs('b'))]);
    await play.start();
    await play.end('a');
    await play.end('b', 'failed');
    await play.send({ kind: 'rerun', from: 'a' });
    expect(play.active).toEqual(['a', 'b']);
  });

  test('a result of the task before is late', async () => {
    const play = await done();
    const late = play.ended('other', 'completed');
    await play.send({ kind: 'rerun', from: 'other' });
    expect((await play.send(late)).changed.size).toBe(0);
    expect(play.active).toEqual(['other']);
  });

  test('from a step there is not changes nothing, and says why', async () => {
    const play = await done();
    const event = { kind: 'rerun' as const, from: 'each[0]' };
    expect(actionFlaw(play.run, event)).toMatch(/no step each\[0\] of its own/);
    expect(actionFlaw(play.run, { kind: 'rerun', from: 'each' })).toBeUndefined();
    expect(actionFlaw(play.run, { kind: 'retry' })).toBeUndefined();
    const decision = await play.send(event);
    expect([decision.transitions, play.run.state]).toEqual([[], 'completed']);
  });
});

test('retry: the tasks of a step add up; a late receipt of an older task changes nothing', async () => {
  const play = new PlayedRun([step('a')]);
  await play.start();
  const late = play.ended('a', 'completed');
  await play.end('a', 'failed');
  await play.send({ kind: 'retry' });
  expect((await play.send(late)).changed.size).toBe(0);
  await play.send(taskEnded({ ...play.ended('a', 'completed'), attempts: 3 }));
  expect(play.unit('a').attempts).toBe(4);
});

test('retry of a step that fails again before it goes out', async () => {
  const play = new PlayedRun([step('a', { input: '${{ $error("no") }}' }), step('b')]);
  await play.start();
  expect(play.run.error).toEqual(failsWith('EXPRESSION_FAILED', /input of step a/));
  await play.send({ kind: 'retry' });
  expect(play.run.state).toBe('failed');
});
