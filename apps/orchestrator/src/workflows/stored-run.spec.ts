import { type TaskId, type WorkflowId } from '@baton/contracts';
import { advance, compileWorkflow, createRun, type WorkflowGraph } from '@baton/engine';
import { type WorkflowRow, type WorkflowStepRow } from '@baton/persistence';
import { missedEnds, runFromRows, stepToRow } from './stored-run';

const steps = [
  { id: 'a', capability: 'x' },
  { id: 'e', capability: 'x', forEach: '[]' },
  { id: 'b', capability: 'x', needs: ['a'] },
];
const compiled = compileWorkflow({ name: 'w', steps }, { capability: () => true });
const { graph } = compiled as { graph: WorkflowGraph };

async function stored() {
  const run = createRun('w' as WorkflowId, graph);
  await advance(run, { kind: 'start' }, { now: new Date(0), newTaskId: () => 'task-a' as TaskId, mayGoOn: () => true });
  const rows = run.nodes.map(({ own }): WorkflowStepRow => ({
    ...stepToRow(run, own),
    taskState: 'queued',
    taskAttempt: 0,
    taskError: null,
  }));
  const head: WorkflowRow = {
    id: run.id,
    name: 'w',
    state: run.state,
    definition: JSON.stringify(graph.document),
    input: '{"q":1}',
    output: null,
    error: null,
    createdAt: new Date(0),
    startedAt: run.startedAt,
    finishedAt: null,
  };
  return { rows, head };
}

test('rows and run are the same; only what nobody else holds is stored as output', async () => {
  const { rows, head } = await stored();
  expect(rows.map(({ key, state, output }) => [key, state, output])).toEqual([
    ['a', 'queued', null],
    ['e', 'completed', '[]'],
    ['b', 'pending', null],
  ]);
  const run = runFromRows(graph, head, rows);
  expect(run).toMatchObject({ state: 'running', input: { q: 1 }, unended: 2 });
  expect(run.nodes.map(({ own }) => stepToRow(run, own))).toEqual(
    rows.map(({ taskState: _s, taskAttempt: _a, taskError: _e, ...row }) => row),
  );
  expect(missedEnds(run, rows)).toEqual([]);
});

test('a task that ended unnoticed is found, completed or not', async () => {
  const { rows, head } = await stored();
  const [first, ...rest] = rows as [WorkflowStepRow, ...WorkflowStepRow[]];
  const completed = [{ ...first, taskState: 'completed' as const, taskAttempt: 2, output: '{"x":1}' }, ...rest];
  const run = runFromRows(graph, head, completed);
  expect(run.nodes[0]?.own.output).toBeNull();
  expect(missedEnds(run, completed)).toEqual([
    { kind: 'task-ended', key: 'a', taskId: 'task-a', state: 'completed', attempts: 2, output: { x: 1 }, error: null },
  ]);
  const failed = [
    {
      ...first,
      taskState: 'failed' as const,
      taskAttempt: null,
      taskError: '{"code":"X","message":"m","retryable":false}',
    },
    ...rest,
  ];
  expect(missedEnds(runFromRows(graph, head, failed), failed)).toMatchObject([
    { state: 'failed', attempts: 0, output: null, error: { code: 'X' } },
  ]);
});
