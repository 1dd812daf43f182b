import {
  type Submit,
  type TaskBatch,
  taskBatchSchema,
  tasksCancel,
  tasksCanceled,
  tasksFound,
  tasksGet,
  tasksSubmit,
  type TaskSubmission,
  taskSubmissionSchema,
  tasksSubmitted,
} from '@baton/contracts';
import { bodyCheck } from '../api/http/check-body';
import { KnownIdPipe } from '../api/http/known-id.pipe';
import { submitterOf, type TaskDesk } from '../api/tasks/task-desk';
import { type Asked, type DoorRequest, type LongAnswer } from './door-request';
import { eventKey } from './event-key';

const checkSubmission = bodyCheck<TaskSubmission>(taskSubmissionSchema);
const checkBatch = bodyCheck<TaskBatch>(taskBatchSchema);
const checkGet = bodyCheck<{ id: string }>(tasksGet.schema);
const checkCancel = bodyCheck<{ id: string; reason?: string }>(tasksCancel.schema);
const knownId = new KnownIdPipe('TASK_NOT_FOUND', 'Task');

/** What services may ask of tasks. */
export function taskRequests(desk: TaskDesk): DoorRequest[] {
  return [
    {
      kind: tasksSubmit,
      reply: tasksSubmitted,
      roles: ['operator', 'agent'],
      repeatable: true,
      carryOut: (asked) => (isBatch(asked.event.data) ? submitMany(desk, asked) : submit(desk, asked)),
    },
    {
      kind: tasksGet,
      reply: tasksFound,
      roles: ['viewer'],
      repeatable: true,
      carryOut: async ({ event }) => desk.reader.json(knownId.transform(checkGet(event.data).id)),
    },
    {
      kind: tasksCancel,
      reply: tasksCanceled,
      roles: ['operator', 'agent'],
      repeatable: true,
      carryOut: async ({ event, actor }) => {
        const { id, reason } = checkCancel(event.data);
        return desk.cancel(knownId.transform(id), actor, reason);
      },
    },
  ];
}

function isBatch(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'tasks' in data;
}

async function submit(desk: TaskDesk, { event, actor }: Asked): Promise<string | LongAnswer> {
  const { wait, ...task } = checkSubmission(event.data);
  const keyed: Submit = task.idempotencyKey === undefined ? { ...task, idempotencyKey: eventKey(event) } : task;
  const accepted = await desk.submit(keyed, submitterOf(actor, event.traceparent));
  return wait === undefined ? desk.json(accepted) : whenEnded(desk, accepted.task.id, wait);
}

async function submitMany(desk: TaskDesk, { event, actor }: Asked): Promise<string> {
  const tasks = checkBatch(event.data).tasks.map((task, index) =>
    task.idempotencyKey === undefined ? { ...task, idempotencyKey: eventKey(event, `/${index}`) } : task,
  );
  return JSON.stringify(await desk.submitMany(tasks, submitterOf(actor, event.traceparent)));
}

/** Out here, so that the closure keeps the id and not the submission. */
function whenEnded(desk: TaskDesk, id: string, seconds: number): LongAnswer {
  return async (signal) => (await desk.whenEnded(id, seconds, signal)).json;
}
