import { type JsonObject, type JsonValue, type WorkflowId } from '@baton/contracts';
import { type WorkflowEvent } from '@baton/engine';
import { type TakenRequest } from '@baton/persistence';
import { type EndedTask } from '../results/ended-task';

/** An event and the run it is for. `actor`: who asked, when somebody did. */
export interface RunEvent {
  readonly workflowId: WorkflowId;
  readonly event: WorkflowEvent;
  readonly actor?: string;
}

/** What this version understands; requests of a newer one stay in the inbox for it. */
export const requestKinds = ['start', 'pause', 'resume', 'cancel', 'retry', 'task-ended'] as const;

/** Tasks of workflows as events. A failure may stop its run; what completed in the same batch completed before it. */
export function eventsOfTasks(ended: readonly EndedTask[]): RunEvent[] {
  const completed = ended.filter((task) => task.state === 'completed');
  const others = ended.filter((task) => task.state !== 'completed');
  return [...completed, ...others].flatMap((task) => eventOfTask(task) ?? []);
}

function eventOfTask(task: EndedTask): RunEvent | undefined {
  const { workflowId, stepId: key, taskId, state, attempt: attempts, error } = task;
  if (workflowId === null || key === null) return undefined;
  const output = task.output === null ? null : (JSON.parse(task.output) as JsonValue);
  return { workflowId, event: { kind: 'task-ended', key, taskId, state, output, error, attempts } };
}

/** Doors and tasks wrote it: the shape is trusted. */
export function eventOfRequest(request: TakenRequest): RunEvent {
  const { workflowId, actor } = request;
  return { workflowId, event: asEvent(request), actor };
}

function asEvent({ kind, payload, task }: TakenRequest): WorkflowEvent {
  const asked = (payload === null ? {} : JSON.parse(payload)) as { input?: JsonObject; reason?: string };
  switch (kind) {
    case 'start':
      return { kind, input: asked.input ?? {} };
    case 'cancel':
      return { kind, reason: asked.reason ?? 'canceled on request' };
    case 'pause':
    case 'resume':
    case 'retry':
      return { kind };
    default: {
      // A task that is gone has nothing to tell.
      if (!task) return { kind: 'continue' };
      const { taskId, stepKey, state, attempts, error } = task;
      return { kind: 'task-ended', key: stepKey, taskId, state, attempts, error, output: null };
    }
  }
}
