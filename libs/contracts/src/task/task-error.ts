import { object } from '../schema-parts';

/** Why an attempt, and at last its task, failed. `retryable` says whether another attempt may help. */
export interface TaskError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly stack?: string;
}

export const taskErrorSchema = object({
  code: { type: 'string', minLength: 1, maxLength: 100 },
  message: { type: 'string', maxLength: 20_000 },
  retryable: { type: 'boolean' },
  'stack?': { type: 'string', maxLength: 50_000 },
});
