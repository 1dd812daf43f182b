import { type AgentId, type TaskId, type WorkflowId } from '@baton/contracts';
import { advance, compileWorkflow, createRun, unitsOf, type WorkflowEvent, type WorkflowGraph } from '@baton/engine';
import { type WorkflowRow, type WorkflowStepRow } from '@baton/persistence';
import { missedEnds, missedEvent, runFromRows, runToRow, unitToRow } from './stored-run';

const steps = [
  { id: 'a', capability: 'x' },
  { id: 'e', capability: 'x', forEach: '[1, 2]' },
  { id: 'w', wait: { signal: 'go' } },
  { id: 't', wait: { seconds: 60 } },
  { id: 'b', capability: 'x', needs: ['a'] },
];
const compiled = compileWorkflow({ name: 'w', steps }, { capability: () => true });
const { graph } = compiled as { graph: WorkflowGraph };
const agent = { id: 'g' as AgentId, name: 'gina' };

const unjoined = { taskState: null, taskAttempt: null, taskError: null, agentId: null, agentName: null };

async function stored(events: readonly WorkflowEvent[] = [{ kind: 'start' }]) {
  const run = createRun('w' as WorkflowId, graph, { q: 1 });
  let tasks = 0;
  const given = { now: new Date(1000), newTaskId: () => `task-${(tasks += 1)}` as TaskId };
  for (const event of events) await advance(run, event, given);
  const rows = [...unitsOf(run)].map((unit): WorkflowStepRow => ({ ...unjoined, ...unitToRow(run, unit) }));
  const { to: state, ...row } = runToRow(run);
  const head: WorkflowRow = {
    ...row,
    ...{ name: 'w', state, input: JSON.stringify(run.input), progress: '{}', estimate: null },
    ...{ definition: JSON.stringify(graph.document), definitions: null, createdAt: new Date(0) },
  };
  return { run, rows, head };
}

test('rows and run are the same, at any depth and in any order of the rows', async () => {
  const early: WorkflowEvent = { kind: 'signal', name: 'early', payload: [1] };
  const { run, rows, head } = await stored([{ kind: 'start' }, early]);
  expect(head).toMatchObject({ state: 'running', input: '{"q":1}', signals: '[{"name":"early","payload":[1]}]' });
  expect(head.wakeAt).toEqual(new Date(61_000));
  expect(rows.map(({ key, stepId, itemIndex, state }) => [key, stepId, itemIndex, state])).toEqual([
    ['a', 'a', null, 'queued'],
    ['e', 'e', null, 'running'],
    ['e[0]', 'e', 0, 'queued'],
    ['e[1]', 'e', 1, 'queued'],
    ['w', 'w', null, 'waiting'],
    ['t', 't', null, 'waiting'],
    ['b', 'b', null, 'pending'],
  ]);
  const again = runFromRows(graph, head, [...rows].reverse());
  expect([...unitsOf(again)].map((unit) => unitToRow(again, unit))).toEqual(
    [...unitsOf(run)].map((unit) => unitToRow(run, unit)),
  );
  expect(runToRow(again)).toEqual(runToRow(run));
  expect(missedEnds(again, rows)).toEqual([]);
});

test('what a signal brought is kept with the wait, what a task gave is not', async () => {
  const ended = { attempts: 1, error: null, agent, cost: 2.5, spawned: 0, state: 'completed' as const };
  const { rows, head } = await stored([
    { kind: 'start' },
    { kind: 'task-ended', key: 'a', taskId: 'task-1' as TaskId, output: { big: true }, ...ended },
    { kind: 'signal', name: 'go', payload: { ok: 1 } },
  ]);
  const byKey = new Map(rows.map((row) => [row.key, row]));
  expect(byKey.get('w')).toMatchObject({ state: 'completed', output: '{"ok":1}' });
  expect(byKey.get('a')).toMatchObject({ state: 'completed', output: null, cost: 2.5 });
  const task = { taskState: 'completed', output: '{"big":true}', agentId: agent.id, agentName: agent.name } as const;
  const joined = rows.map((row) => (row.key === 'a' ? { ...row, ...task } : row));
  const run = runFromRows(graph, head, joined);
  expect(run.byKey.get('a')).toMatchObject({ output: { big: true }, agent, cost: 2.5 });
  expect(run.byKey.get('w')).toMatchObject({ output: { ok: 1 } });
});

test('a task that ended unnoticed is found, completed or not, with what its subtree cost', async () => {
  const { rows, head } = await stored();
  const [first, ...rest] = rows as [WorkflowStepRow, ...WorkflowStepRow[]];
  const end = { taskState: 'completed', taskAttempt: 2, agentId: agent.id, agentName: agent.name } as const;
  const completed = [{ ...first, ...end, output: '{"x":1}' }, ...rest];
  const run = runFromRows(graph, head, completed);
  expect(run.byKey.get('a')).toMatchObject({ output: null, agent: null });
  const missed = missedEnds(run, completed);
  expect(missed.map((row) => missedEvent(row, () => ({ cost: 7, spawned: 3 })))).toEqual([
    {
      ...{ kind: 'task-ended', key: 'a', taskId: 'task-1', state: 'completed', attempts: 2, output: { x: 1 } },
      ...{ error: null, agent, cost: 7, spawned: 3 },
    },
  ]);
  const taskError = '{"code":"X","message":"m","retryable":false}';
  const failed = [{ ...first, taskState: 'failed' as const, taskError }, ...rest];
  const events = missedEnds(runFromRows(graph, head, failed), failed).map((row) =>
    missedEvent(row, () => ({ cost: null, spawned: 0 })),
  );
  expect(events).toMatchObject([{ state: 'failed', attempts: 0, output: null, error: { code: 'X' }, agent: null }]);
});
