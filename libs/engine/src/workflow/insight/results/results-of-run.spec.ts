import { PlayedRun, step } from '../../run/play-run';
import { at, attempt, playedTasks, task } from '../played-tasks.fixture';
import { resultsOfRun } from './results-of-run';

/** A run of 400 ms. */
async function ended(): Promise<PlayedRun> {
  const play = new PlayedRun([step('a')]);
  await play.start();
  await play.later(0.4);
  await play.end('a');
  return play;
}

test('overlapping work counts once against the duration, and in full as work', async () => {
  const { run } = await ended();
  const tasks = [
    task('a', 0, [attempt('one', 10, 110)]),
    task('each[0]', 110, [attempt('one', 120, 220)]),
    task('each[1]', 110, [
      attempt('two', 120, 130, { outcome: 'queued', errorCode: 'BOOM' }),
      attempt('two', 130, 330),
    ]),
    task('each[2]', 110, [attempt('two', 140, 200, { outcome: 'failed', errorCode: 'BOOM' })], { state: 'failed' }),
  ];
  const results = resultsOfRun(run, tasks, at(9999));
  expect(results).toMatchObject({
    id: 'run-1',
    state: 'completed',
    output: { a: 'a done' },
    error: null,
    durationMs: 400,
    tasks: { total: 4, completed: 3, failed: 1, canceled: 0 },
    successRate: 0.75,
    attempts: 5,
    throughputPerSecond: 7.5,
    workMs: 470,
    outsideAgentsMs: 400 - 100 - 210,
    meanParallelism: 1.175,
    peakParallelism: 3,
    parallelEfficiency: 1.175 / 3,
    slots: 3,
    slotUtilisation: 1.175 / 3,
    work: { count: 4, maxMs: 210 },
    overhead: { queuedMs: 10 + 10 + 10 + 30, workMs: 470, share: 60 / 530 },
  });
  expect(results.steps).toMatchObject([
    { id: 'a', tasks: 1, completed: 1, failed: 0, attempts: 1, meanWaitMs: 10, meanWorkMs: 100 },
    { id: 'each', tasks: 3, completed: 2, failed: 1, attempts: 4, meanWaitMs: 20, meanWorkMs: 120 },
  ]);
  expect(results.agents).toMatchObject([
    { agentId: 'one', tasks: 2, completed: 2, failed: 0, attempts: 2, failedAttempts: 0, workMs: 200, peakInFlight: 1 },
    { agentId: 'two', tasks: 2, completed: 1, failed: 1, attempts: 3, failedAttempts: 2, share: 270 / 470 },
  ]);
});

test('cost and quality as far as agents tell them', async () => {
  const { run } = await ended();
  const quality = { confidence: 0.5, citations: 2 };
  const tasks = [
    task('a', 0, [attempt('one', 0, 10)], { quality, cost: 2 }),
    task('a', 0, [attempt('one', 0, 10)], { quality: { confidence: 1, coverage: 0.25, sources: 4 }, cost: 3 }),
    task('a', 0, [attempt('two', 0, 10)], { quality, state: 'failed' }),
    task('a', 0, [], { state: 'canceled' }),
  ];
  const { cost, quality: told, agents, steps } = resultsOfRun(run, tasks, at(10));
  expect(cost).toBe(5);
  expect(told).toEqual({
    ...{ tasks: 2, confidence: { mean: 0.75, min: 0.5 }, coverage: { mean: 0.25, min: 0.25 } },
    ...{ citations: 2, sources: 4 },
  });
  expect(agents.map((agent) => [agent.cost, agent.quality?.tasks ?? null])).toEqual([
    [5, 2],
    [null, null],
  ]);
  expect(steps[0]).toMatchObject({ cost: 5, quality: { citations: 2 } });
  const some = resultsOfRun(run, [task('a', 0, [attempt('x', 0, 5)], { quality: { sources: 1 } })], at(5));
  expect(some.quality).toEqual({ tasks: 1, confidence: null, coverage: null, citations: null, sources: 1 });
});

test('what still runs counts until now, what waits has no figures', async () => {
  const play = new PlayedRun([step('a'), step('b')]);
  await play.start();
  const tasks = [task('a', 0, [attempt('one', 50, null)]), task('b', 0, [])];
  const results = resultsOfRun(play.run, tasks, at(150));
  expect(results).toMatchObject({ durationMs: 150, workMs: 100, outsideAgentsMs: 50, successRate: null, work: null });
  expect(results.steps[1]).toMatchObject({ id: 'b', meanWaitMs: null, meanWorkMs: null, work: null });
  expect(results.steps[1]?.outsideAgents.queuedMs).toBe(150);
});

test('a run that has not started has no figures', () => {
  const { run } = new PlayedRun([step('a')]);
  expect(resultsOfRun(run, [], at(5))).toMatchObject({
    durationMs: null,
    throughputPerSecond: null,
    outsideAgentsMs: null,
    meanParallelism: null,
    parallelEfficiency: null,
    criticalPath: null,
    bottlenecks: [],
    overhead: { share: null },
    steps: [],
    agents: [],
  });
});

test('an agent that took no time has no share', async () => {
  const play = await ended();
  const instant = resultsOfRun(play.run, [task('a', 0, [attempt('one', 5, 5)])], at(5));
  expect(instant.agents).toMatchObject([{ share: 0 }]);
  expect(resultsOfRun(play.run, playedTasks(play), play.now).criticalPath).toMatchObject({ length: 1, workMs: 400 });
});
