import { type AgentId, type WorkflowId } from '@baton/contracts';
import { type TaskSpan } from '@baton/persistence';
import { type ResultsHead, resultsOfRun } from './results-of-run';

const start = Date.parse('2026-03-01T12:00:00Z');
const at = (ms: number): Date => new Date(start + ms);

function span(
  stepKey: string,
  agent: string | null,
  times: [number, number | null, number | null],
  more: Partial<TaskSpan> = {},
): TaskSpan {
  const [created, assigned, finished] = times;
  return {
    stepKey,
    capability: 'x.y',
    state: finished === null ? 'running' : 'completed',
    attempts: 1,
    agentId: agent as AgentId | null,
    agentName: agent,
    createdAt: at(created),
    assignedAt: assigned === null ? null : at(assigned),
    finishedAt: finished === null ? null : at(finished),
    ...more,
  };
}
const head = (finished: number | null, started: number | null = 0): ResultsHead => ({
  id: 'w' as WorkflowId,
  state: finished === null ? 'running' : 'completed',
  startedAt: started === null ? null : at(started),
  finishedAt: finished === null ? null : at(finished),
});

test('overlapping work counts once against the duration, and in full as work', () => {
  const spans = [
    span('a', 'one', [0, 10, 110]),
    span('each[0]', 'one', [110, 120, 220]),
    span('each[1]', 'two', [110, 130, 330], { attempts: 2 }),
    span('each[2]', 'two', [110, 140, 200], { state: 'failed' }),
  ];
  const results = resultsOfRun(head(400), spans, at(9999));
  expect(results).toMatchObject({
    durationMs: 400,
    tasks: { total: 4, completed: 3, failed: 1, canceled: 0 },
    successRate: 0.75,
    attempts: 5,
    throughputPerSecond: 7.5,
    workMs: 460,
    outsideAgentsMs: 400 - 100 - 210,
    meanParallelism: 1.15,
  });
  expect(results.steps).toEqual([
    { id: 'a', tasks: 1, completed: 1, failed: 0, attempts: 1, meanWaitMs: 10, meanWorkMs: 100 },
    { id: 'each', tasks: 3, completed: 2, failed: 1, attempts: 4, meanWaitMs: 20, meanWorkMs: 120 },
  ]);
  expect(results.agents).toEqual([
    { agentId: 'one', name: 'one', tasks: 2, completed: 2, failed: 0, workMs: 200 },
    { agentId: 'two', name: 'two', tasks: 2, completed: 1, failed: 1, workMs: 260 },
  ]);
});

test('what still runs counts until now, what waits has no figures', () => {
  const results = resultsOfRun(
    head(null),
    [span('a', 'one', [0, 50, null]), span('b', null, [0, null, null], { state: 'queued' })],
    at(150),
  );
  expect(results).toMatchObject({ durationMs: 150, workMs: 100, outsideAgentsMs: 50, successRate: null });
  expect(results.steps[1]).toMatchObject({ id: 'b', meanWaitMs: null, meanWorkMs: null });
});

test('a run that has not started has no figures', () => {
  expect(resultsOfRun(head(null, null), [], at(5))).toMatchObject({
    durationMs: null,
    throughputPerSecond: null,
    outsideAgentsMs: null,
    meanParallelism: null,
    steps: [],
    agents: [],
  });
});
