import { type AgentId, type TaskId, type WorkflowId } from '@baton/contracts';
import { type TakenRequest } from '@baton/persistence';
import { type EndedTask } from '../results/ended-task';
import { eventOfRequest, eventsOfTasks } from './workflow-events';

const workflowId = 'w' as WorkflowId;
const agent = { id: 'a' as AgentId, name: 'ann' };
const tree = { agent, cost: 2, spawned: 1 };
const ended = (id: string, more: Partial<EndedTask> = {}): EndedTask => ({
  taskId: id as TaskId,
  capability: 'x.y',
  state: 'completed',
  attempt: 1,
  agentId: 'a' as AgentId,
  agent,
  cost: 2,
  spawned: 1,
  parentId: null,
  workflowId,
  stepId: id,
  output: '{"n":1}',
  error: null,
  ...more,
});

test('what has returned comes first, what completed before what failed, and tasks of no workflow are left out', () => {
  const error = { code: 'BOOM', message: 'm', retryable: false };
  const tasks = [
    ended('bad', { state: 'failed', output: null, error }),
    ended('alone', { workflowId: null, stepId: null }),
    ended('good', { attempt: 3 }),
  ];
  const returned = [{ taskId: 'again' as TaskId, workflowId, stepId: 'again' }];
  expect(eventsOfTasks({ ended: tasks, returned })).toEqual([
    { workflowId, event: { kind: 'task-returned', key: 'again', taskId: 'again' } },
    {
      workflowId,
      event: {
        kind: 'task-ended',
        key: 'good',
        taskId: 'good',
        state: 'completed',
        output: { n: 1 },
        error: null,
        attempts: 3,
        ...tree,
      },
    },
    {
      workflowId,
      event: {
        ...{ kind: 'task-ended', key: 'bad', taskId: 'bad', state: 'failed', output: null, error, attempts: 1 },
        ...tree,
      },
    },
  ]);
});

const task = { taskId: 't' as TaskId, stepKey: 'a', state: 'canceled' as const, attempts: 2, error: null, agent };
test.each<[string, Partial<TakenRequest>, object]>([
  ['start', { payload: '{"input":{"a":1}}' }, { kind: 'start', input: { a: 1 } }],
  ['start', {}, { kind: 'start', input: {} }],
  ['cancel', { payload: '{"reason":"why"}' }, { kind: 'cancel', reason: 'why' }],
  ['cancel', {}, { kind: 'cancel', reason: 'canceled on request' }],
  ['pause', {}, { kind: 'pause', running: 'finish' }],
  ['pause', { payload: '{"running":"cancel"}' }, { kind: 'pause', running: 'cancel' }],
  ['rerun', { payload: '{"from":"b"}' }, { kind: 'rerun', from: 'b' }],
  ['signal', { payload: '{"name":"go","payload":[1]}' }, { kind: 'signal', name: 'go', payload: [1] }],
  ['signal', { payload: '{"name":"go"}' }, { kind: 'signal', name: 'go', payload: null }],
  ['resume', {}, { kind: 'resume' }],
  ['retry', {}, { kind: 'retry' }],
  [
    'task-ended',
    { task },
    {
      ...{ kind: 'task-ended', key: 'a', taskId: 't', state: 'canceled', attempts: 2, error: null, output: null },
      ...tree,
    },
  ],
  ['task-ended', {}, { kind: 'continue' }],
])('a request to %s with %j', (kind, more, event) => {
  const request = { id: '1', workflowId, kind, payload: null, actor: 'user:ann', task: null, ...more };
  const totalsOf = () => ({ cost: tree.cost, spawned: tree.spawned });
  expect(eventOfRequest(request, totalsOf)).toEqual({ workflowId, actor: 'user:ann', event });
});
