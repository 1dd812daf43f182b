import { type TaskState } from '@baton/contracts';

/** Every legal transition of a task; `null` is birth. Anything else in the audit is a defect (I2). */
export const taskTransitions: Readonly<Record<TaskState | 'birth', readonly TaskState[]>> = {
  birth: ['queued', 'scheduled'],
  scheduled: ['queued', 'canceled', 'failed'],
  // queued → queued: rerouted to a fallback while breakers keep it from its own capability.
  queued: ['assigned', 'queued', 'canceled', 'failed', 'rejected'],
  assigned: ['running', 'waiting', 'completed', 'failed', 'canceled', 'rejected', 'queued'],
  running: ['waiting', 'completed', 'failed', 'canceled', 'rejected', 'queued'],
  waiting: ['queued', 'canceled', 'failed'],
  completed: [],
  // A person may ask for another try of what did not succeed.
  failed: ['queued'],
  canceled: ['queued'],
  rejected: ['queued'],
};

/** Whether a task may go from one state to another; `from` null means it is new. */
export function isTaskTransition(from: TaskState | null, to: TaskState): boolean {
  return taskTransitions[from ?? 'birth'].includes(to);
}
