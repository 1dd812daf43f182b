/** The states of a task. Each maps without loss to an A2A task state. */
export const taskStates = [
  'scheduled',
  'queued',
  'assigned',
  'running',
  'waiting',
  'completed',
  'failed',
  'canceled',
  'rejected',
] as const;
export type TaskState = (typeof taskStates)[number];

export const finalTaskStates = ['completed', 'failed', 'canceled', 'rejected'] as const;
export type FinalTaskState = (typeof finalTaskStates)[number];

export function isFinalTaskState(state: TaskState): state is FinalTaskState {
  return (finalTaskStates as readonly TaskState[]).includes(state);
}

/** What an agent is doing with an attempt. Shown while it runs and kept, with times, in the history. */
export const taskPhases = ['assigned', 'reasoning', 'executing', 'validating', 'completed'] as const;
export type TaskPhase = (typeof taskPhases)[number];

/** ISO 8601 time at which each phase began; phases the attempt did not reach are absent. */
export type PhaseTimes = Partial<Record<TaskPhase, string>>;
