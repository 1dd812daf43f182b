import { MeshError } from '@baton/contracts';

/** More is waiting to be stored than this process may hold; nothing of this submission was kept. */
export class OverloadedError extends MeshError {
  readonly code = 'OVERLOADED';
  readonly recovery = 'retry';
  readonly retryAfterSeconds = 1;
  constructor(why: string) {
    super(`${why}: this one was not taken. Send it again in a second.`);
  }
}

/** The same key came with another task before. */
export class IdempotencyKeyReusedError extends MeshError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  readonly recovery = 'conflict';
  constructor(key: string, taskId: string) {
    super(
      `The idempotency key "${key}" belongs to task ${taskId}, which has another capability or input. Use a new key.`,
      {
        taskId,
      },
    );
  }
}
