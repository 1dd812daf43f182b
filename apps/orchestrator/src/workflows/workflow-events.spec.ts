import { type AgentId, type TaskId, type WorkflowId } from '@baton/contracts';
import { type TakenRequest } from '@baton/persistence';
import { type EndedTask } from '../results/ended-task';
import { eventOfRequest, eventsOfTasks } from './workflow-events';

const workflowId = 'w' as WorkflowId;
const ended = (id: string, more: Partial<EndedTask> = {}): EndedTask => ({
  taskId: id as TaskId,
  capability: 'x.y',
  state: 'completed',
  attempt: 1,
  agentId: 'a' as AgentId,
  workflowId,
  stepId: id,
  output: '{"n":1}',
  error: null,
  ...more,
});

test('what completed comes before what failed, and tasks of no workflow are left out', () => {
  const error = { code: 'BOOM', message: 'm', retryable: false };
  const tasks = [
    ended('bad', { state: 'failed', output: null, error }),
    ended('alone', { workflowId: null, stepId: null }),
    ended('good', { attempt: 3 }),
  ];
  expect(eventsOfTasks(tasks)).toEqual([
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
      },
    },
    {
      workflowId,
      event: { kind: 'task-ended', key: 'bad', taskId: 'bad', state: 'failed', output: null, error, attempts: 1 },
    },
  ]);
});

const task = { taskId: 't' as TaskId, stepKey: 'a', state: 'canceled' as const, attempts: 2, error: null };
test.each<[string, Partial<TakenRequest>, object]>([
  ['start', { payload: '{"input":{"a":1}}' }, { kind: 'start', input: { a: 1 } }],
  ['start', {}, { kind: 'start', input: {} }],
  ['cancel', { payload: '{"reason":"why"}' }, { kind: 'cancel', reason: 'why' }],
  ['cancel', {}, { kind: 'cancel', reason: 'canceled on request' }],
  ['pause', {}, { kind: 'pause' }],
  ['resume', {}, { kind: 'resume' }],
  ['retry', {}, { kind: 'retry' }],
  [
    'task-ended',
    { task },
    { kind: 'task-ended', key: 'a', taskId: 't', state: 'canceled', attempts: 2, error: null, output: null },
  ],
  ['task-ended', {}, { kind: 'continue' }],
])('a request to %s with %j', (kind, more, event) => {
  const request = { id: '1', workflowId, kind, payload: null, actor: 'user:ann', task: null, ...more };
  expect(eventOfRequest(request)).toEqual({ workflowId, actor: 'user:ann', event });
});
