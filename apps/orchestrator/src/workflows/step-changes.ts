import { type StepState, type TaskError, type TaskId } from '@baton/contracts';
import { type RunNote, type Unit, type WorkflowDecision, type WorkflowEvent } from '@baton/engine';

/** A step, element or child that was started or has ended. */
export interface StepChange {
  readonly key: string;
  readonly state: StepState;
  readonly taskId: TaskId | null;
  readonly attempts: number;
  readonly error: TaskError | null;
  /** The audit of its task says so: nothing is to be added. */
  readonly isOfTask: boolean;
}

/** What a decision at `now` has started and ended: its other changes are no business of anybody outside. Pure. */
export function stepChanges(
  { changed, commands }: Pick<WorkflowDecision, 'changed' | 'commands'>,
  event: WorkflowEvent,
  now: Date,
): StepChange[] {
  const ofTasks = new Set<string>();
  for (const command of commands) {
    if (command.kind === 'submit-task') ofTasks.add(`${command.key} queued`);
    if (command.kind === 'cancel-task') ofTasks.add(`${command.key} canceled`);
  }
  if (event.kind === 'task-ended') ofTasks.add(`${event.key} ${event.state}`);
  return [...changed].flatMap((unit) => {
    if (!isAt(unit, now)) return [];
    const { key, state, taskId, attempts, error } = unit;
    return { key, state, taskId, attempts, error, isOfTask: ofTasks.has(`${key} ${state}`) };
  });
}

function isAt({ startedAt, finishedAt }: Unit, now: Date): boolean {
  return (finishedAt ?? startedAt)?.getTime() === now.getTime();
}

/** What no task tells, for the audit of the run: waits, patterns, sub-workflows, and steps that were never submitted. */
export function notesOf(changes: readonly StepChange[]): RunNote[] {
  return changes.flatMap(({ key, state, error, isOfTask }) => {
    if (isOfTask) return [];
    return { key, what: `step.${state}`, details: error === null ? {} : { code: error.code, message: error.message } };
  });
}
