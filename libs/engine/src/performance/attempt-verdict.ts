import { type AttemptEnd } from '../task/attempt-end';

/** What the end of an attempt says about its agent. */
export type Verdict = 'success' | 'failure' | 'nothing';

/** Codes by which a capability says that the task itself cannot be done, by anybody: no blame for the agent. */
const TASKS_FAULT =
  /^(INPUT_|INVALID_|BAD_|NO_SUCH_|UNSUPPORTED|TASK_UNSENDABLE|RESULT_UNRECORDABLE|SPAWN_|SUBTASK_)|_(INVALID|NOT_FOUND|NOT_ALLOWED|UNKNOWN|UNSUPPORTED|EMPTY|TOO_LARGE)$/;

/**
 * V1 A success is one. V2 Failures, timeouts and losses are failures, retryable or not. V3 What was canceled, handed
 * back or waits for spawned tasks says nothing, and neither do errors whose code blames the task; an output that does
 * not fit is the agent's.
 */
export function attemptVerdict(end: AttemptEnd): Verdict {
  switch (end.kind) {
    case 'completed':
      return 'success';
    case 'canceled':
    case 'waiting':
    case 'handed-back':
      return 'nothing';
    case 'lost':
      return 'failure';
    case 'failed':
      return end.error.code !== 'OUTPUT_INVALID' && TASKS_FAULT.test(end.error.code) ? 'nothing' : 'failure';
  }
}
