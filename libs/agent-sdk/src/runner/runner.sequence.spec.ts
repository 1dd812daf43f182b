import { type TaskAssigned } from '@baton/contracts';
import { assignment } from '../../test/mesh-stand-in';
import { HeldWork, RunnerBench, task, taskAfter, turn } from '../../test/runner-bench';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('R7 an attempt after another', () => {
  test('begins in the turn in which that one completes, though slots are free before', async () => {
    const bench = new RunnerBench(4);
    bench.wire.gate = new Promise(() => undefined); // and though the broker does not have the result
    const first = task('P');
    bench.assign(first);
    bench.assign(taskAfter(first, 'F'));
    await turn(1000);
    expect(bench.work.started).toEqual(['P']);
    bench.work.complete('P');
    await turn();
    expect(bench.work.started).toEqual(['P', 'F']);
  });

  test('begins at once when that one has completed before it came, also when its result is with the broker', async () => {
    const bench = new RunnerBench(4);
    const first = task('P');
    bench.assign(first);
    bench.work.complete('P');
    await turn();
    expect(bench.runner.inFlight).toEqual([]);
    bench.assign(taskAfter(first, 'F'));
    expect(bench.work.started).toEqual(['P', 'F']);
  });

  test('takes no slot while it waits, and does not hold up what comes behind it', () => {
    const other = new HeldWork('test.other');
    const bench = new RunnerBench(2, other);
    const first = task('P');
    bench.assign(first);
    bench.assign(taskAfter(first, 'F'));
    bench.assign(assignment('test.other', 'other'));
    expect([bench.work.started, other.started]).toEqual([['P'], ['other']]);
  });

  test('goes before what came later, and behind what came earlier', async () => {
    const bench = new RunnerBench(1);
    const first = task('P');
    bench.assign(first, task('early'), taskAfter(first, 'F'), task('late'));
    for (const input of ['P', 'early', 'F', 'late']) {
      bench.work.complete(input);
      await turn();
    }
    expect(bench.work.started).toEqual(['P', 'early', 'F', 'late']);
  });

  test('counts in the surplus', async () => {
    const bench = new RunnerBench(1);
    const first = task('P');
    bench.assign(first);
    for (let at = 0; at < 18; at++) bench.assign(taskAfter(first, `F${at}`));
    const beyond = [taskAfter(first, 'F18'), task('X')];
    bench.assign(...beyond);
    await turn();
    expect(beyond.map(bench.said)).toEqual([['AGENT_FULL'], ['AGENT_FULL']]);
    bench.work.complete('P');
    await turn();
    expect(bench.work.started).toEqual(['P', 'F0']);
    expect(bench.runner.inFlight).toHaveLength(18);
  });

  test('is handed back when that one fails', async () => {
    const bench = new RunnerBench(2);
    const first = task('P');
    const second = taskAfter(first, 'F');
    bench.assign(first, second);
    bench.work.fail('P');
    await turn();
    expect(bench.wire.results).toMatchObject([
      { token: first.token, outcome: 'failed' },
      { token: second.token, outcome: 'rejected', error: { code: 'OUT_OF_SEQUENCE', retryable: true } },
    ]);
    expect(bench.wire.results[1]?.error?.message).toMatch(/that one has ended as failed/);
    expect(bench.runner.inFlight).toEqual([]);
  });

  test('is handed back when that one is canceled, canceled when it was canceled before', async () => {
    const bench = new RunnerBench(2);
    const first = task('P');
    const [second, unwanted] = [taskAfter(first, 'F'), taskAfter(first, 'U')];
    bench.assign(first, second, unwanted);
    for (const order of [unwanted, first]) bench.runner.cancel({ ...order, reason: 'not wanted' });
    await turn();
    expect([bench.said(unwanted), bench.said(second)]).toEqual([['canceled'], []]); // P has its grace time
    bench.work.fail('P');
    await turn();
    expect([bench.said(first), bench.said(second), bench.said(unwanted)]).toEqual([
      ['canceled'],
      ['OUT_OF_SEQUENCE'],
      ['canceled'],
    ]);
  });

  test('is handed back when that one pays no heed and is given up', async () => {
    const bench = new RunnerBench(2);
    const first = task('P', { timeoutMs: 1000 });
    const second = taskAfter(first, 'F');
    bench.assign(first, second);
    await turn(5900);
    expect(bench.said(second)).toEqual([]);
    await turn(200);
    expect([bench.said(first), bench.said(second)]).toEqual([['TASK_TIMEOUT'], ['OUT_OF_SEQUENCE']]);
    bench.work.complete('P');
    await turn();
    expect(bench.work.started).toEqual(['P']);
  });

  test('is handed back when that one ends to wait for what it spawned', async () => {
    const bench = new RunnerBench(2);
    const first = task('P');
    const second = taskAfter(first, 'F');
    bench.assign(first, second);
    void bench.work.contexts.get('P')?.spawn('k', [{ capability: 'a.b' }]);
    await turn();
    expect([bench.said(first), bench.said(second)]).toEqual([['waiting'], ['OUT_OF_SEQUENCE']]);
  });

  test('is handed back when that one has failed before it came, or was never here', async () => {
    const bench = new RunnerBench(2);
    const first = task('P');
    bench.assign(first);
    bench.work.fail('P');
    await turn();
    const orphans = [taskAfter(first, 'F'), taskAfter(task('elsewhere'), 'G')];
    bench.assign(...orphans);
    await turn();
    expect(orphans.map(bench.said)).toEqual([['OUT_OF_SEQUENCE'], ['OUT_OF_SEQUENCE']]);
    expect(bench.work.started).toEqual(['P']);
    expect(bench.runner.inFlight).toEqual([]);
  });

  test('a chain goes one by one, and is handed back as a whole', async () => {
    const bench = new RunnerBench(4);
    const chain = (names: string): TaskAssigned[] => {
      const tasks: TaskAssigned[] = [];
      for (const name of names)
        tasks.push(tasks.length === 0 ? task(name) : taskAfter(tasks.at(-1) as TaskAssigned, name));
      bench.assign(...tasks);
      return tasks;
    };
    chain('ABC');
    for (const [name, begun] of Object.entries({ A: 'AB', B: 'ABC', C: 'ABC' })) {
      bench.work.complete(name);
      await turn();
      expect(bench.work.started.join('')).toBe(begun);
    }
    const lost = chain('PFG');
    bench.work.fail('P');
    await turn();
    expect(lost.map(bench.said)).toEqual([['CAPABILITY_FAILED'], ['OUT_OF_SEQUENCE'], ['OUT_OF_SEQUENCE']]);
    expect(bench.work.started.join('')).toBe('ABCP');
  });

  test('its time counts from its beginning; its arrival is told as it was', async () => {
    const bench = new RunnerBench(1);
    const first = task('P');
    const second = taskAfter(first, 'F', { timeoutMs: 1000 });
    const arrivedAt = Date.now();
    bench.assign(first, task('early'), second);
    await turn(3000);
    bench.work.complete('P');
    await turn(3000); // free to go, but without a slot
    expect(bench.said(second)).toEqual([]);
    bench.work.complete('early');
    await turn(900);
    expect(bench.work.contexts.get('F')?.signal.aborted).toBe(false);
    await turn(200);
    expect(bench.work.contexts.get('F')?.signal.aborted).toBe(true);
    bench.work.fail('F');
    await turn();
    expect(bench.said(second)).toEqual(['TASK_TIMEOUT']);
    const phases = bench.wire.results.at(-1)?.phases;
    expect(phases?.assigned).toBe(new Date(arrivedAt).toISOString());
    expect(phases?.executing).toBe(new Date(arrivedAt + 6000).toISOString());
  });

  test('assigned twice it runs once; handed back it stays so', async () => {
    const bench = new RunnerBench(2);
    const first = task('P');
    const second = taskAfter(first, 'F');
    bench.assign(second, first, second); // it came before the one it names
    await turn();
    expect(bench.said(second)).toEqual(['OUT_OF_SEQUENCE', 'OUT_OF_SEQUENCE']);
    const third = taskAfter(first, 'G');
    bench.assign(third, third);
    bench.work.complete('P');
    await turn();
    bench.assign(third);
    bench.work.complete('G');
    await turn();
    bench.assign(third);
    await turn();
    expect(bench.work.started).toEqual(['P', 'G']);
    expect(bench.said(third)).toEqual(['completed', 'completed']);
  });

  test('when the agent drains, who waits is given back as all are', async () => {
    const bench = new RunnerBench(1);
    const [running, queued] = [task('P'), task('Q')];
    const followers = [taskAfter(running, 'F'), taskAfter(queued, 'G')];
    bench.assign(running, queued, ...followers);
    void bench.runner.drain(1000);
    bench.work.complete('P');
    await turn();
    expect([running, queued, ...followers].map(bench.said)).toEqual([
      ['completed'],
      ['AGENT_DRAINING'],
      ['AGENT_DRAINING'],
      ['AGENT_DRAINING'],
    ]);
    expect(bench.work.started).toEqual(['P']);
  });

  test('a cancel that overtakes it counts', async () => {
    const bench = new RunnerBench(2);
    const first = task('P');
    const second = taskAfter(first, 'F');
    bench.assign(first);
    bench.runner.cancel({ ...second, reason: 'not wanted' });
    bench.assign(second);
    bench.work.complete('P');
    await turn();
    expect([bench.said(second), bench.work.started]).toEqual([['canceled'], ['P']]);
  });

  test('is in flight while it waits', () => {
    const bench = new RunnerBench(1);
    const first = task('P');
    const second = taskAfter(first, 'F');
    bench.assign(first, second);
    expect(bench.runner.inFlight.map(({ token }) => token)).toEqual([first.token, second.token]);
  });
});

test('R5 a follower does not begin either while too many results wait for the broker', async () => {
  let open = (): void => undefined;
  const bench = new RunnerBench(2, Object.assign(new HeldWork('test.quick'), { execute: () => null }));
  bench.wire.gate = new Promise((resolve) => (open = resolve));
  const first = task('P');
  bench.assign(first);
  bench.assign(taskAfter(first, 'F'));
  for (let round = 0; round < 300; round++) {
    for (let at = 0; at < 10; at++) bench.assign(assignment('test.quick', 'now'));
    await turn();
  }
  bench.work.complete('P');
  await turn();
  expect(bench.work.started).toEqual(['P']);
  open();
  await turn();
  expect(bench.work.started).toEqual(['P', 'F']);
});
