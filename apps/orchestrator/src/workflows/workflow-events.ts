import { type JsonObject, type JsonValue, type TaskId, type WorkflowId } from '@baton/contracts';
import { type WorkflowAction, type WorkflowEvent } from '@baton/engine';
import { type TakenRequest } from '@baton/persistence';
import { type EndedTask, type ReturnedTask, type TaskNews } from '../results/ended-task';
import { type TotalsOf } from './stored-run';

/** An event and the run it is for. `actor`: who asked, when somebody did. */
export interface RunEvent {
  readonly workflowId: WorkflowId;
  readonly event: WorkflowEvent;
  readonly actor?: string;
}

/** What this version understands; requests of a newer one stay in the inbox for it. */
export const requestKinds = ['start', 'pause', 'resume', 'cancel', 'retry', 'rerun', 'signal', 'task-ended'] as const;

/**
 * Tasks of workflows as events. A failure may stop its run; what completed in the same batch completed before it. What
 * has returned to the queue is known before anything is started behind it.
 */
export function eventsOfTasks({ ended, returned }: TaskNews): RunEvent[] {
  const completed = ended.filter((task) => task.state === 'completed');
  const others = ended.filter((task) => task.state !== 'completed');
  return [...returned.map(eventOfReturn), ...[...completed, ...others].flatMap((task) => eventOfTask(task) ?? [])];
}

function eventOfReturn({ workflowId, stepId: key, taskId }: ReturnedTask): RunEvent {
  return { workflowId, event: { kind: 'task-returned', key, taskId } };
}

function eventOfTask(task: EndedTask): RunEvent | undefined {
  const { workflowId, stepId: key, taskId, state, attempt: attempts, error, agent, cost, spawned } = task;
  if (workflowId === null || key === null) return undefined;
  const output = task.output === null ? null : (JSON.parse(task.output) as JsonValue);
  const end = { state, output, error, attempts, agent, cost, spawned };
  return { workflowId, event: { kind: 'task-ended', key, taskId, ...end } };
}

/** The tasks whose ends are among the requests. */
export function endedIn(requests: readonly TakenRequest[]): TaskId[] {
  return requests.flatMap(({ task }) => task?.taskId ?? []);
}

/** Doors and tasks wrote it: the shape is trusted. */
export function eventOfRequest(request: TakenRequest, totalsOf: TotalsOf): RunEvent {
  const { workflowId, actor } = request;
  return { workflowId, event: asEvent(request, totalsOf), actor };
}

/** What doors leave with the requests; each kind has its own part of it. */
interface Payload {
  readonly input?: JsonObject;
  readonly reason?: string;
  readonly running?: 'finish' | 'cancel';
  readonly from?: string;
  readonly name?: string;
  readonly payload?: JsonValue;
}

const actions: Readonly<Record<WorkflowAction, (asked: Payload) => WorkflowEvent>> = {
  start: ({ input = {} }) => ({ kind: 'start', input }),
  pause: ({ running = 'finish' }) => ({ kind: 'pause', running }),
  resume: () => ({ kind: 'resume' }),
  cancel: ({ reason = 'canceled on request' }) => ({ kind: 'cancel', reason }),
  retry: () => ({ kind: 'retry' }),
  rerun: ({ from = '' }) => ({ kind: 'rerun', from }),
  signal: ({ name = '', payload = null }) => ({ kind: 'signal', name, payload }),
};

function asEvent({ kind, payload, task }: TakenRequest, totalsOf: TotalsOf): WorkflowEvent {
  if (isAction(kind)) return actions[kind]((payload === null ? {} : JSON.parse(payload)) as Payload);
  // A task that is gone has nothing to tell.
  if (!task) return { kind: 'continue' };
  const { taskId, stepKey: key, state, attempts, error, agent } = task;
  return { kind: 'task-ended', key, taskId, state, attempts, error, output: null, agent, ...totalsOf(taskId) };
}

function isAction(kind: string): kind is WorkflowAction {
  return Object.hasOwn(actions, kind);
}
