import { MeshError, type ErrorCode } from '@baton/contracts';

/** The request cannot be read or is not wanted as it is; the code carries the HTTP status. */
export class RequestRefusedError extends MeshError {
  readonly recovery = 'reject';
  constructor(
    readonly code: ErrorCode,
    message: string,
    cause?: unknown,
  ) {
    super(message, {}, cause);
  }
}

/** More was asked than is answered in this time; `retryAfterSeconds` says when to come back. */
export class TooManyRequestsError extends MeshError {
  readonly code = 'OVERLOADED';
  readonly recovery = 'retry';
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(message, { retryAfterSeconds });
  }
}

/** A body over the limit of its route. */
export function tooLarge(what: string, limit: number): RequestRefusedError {
  const advice = 'Store large data elsewhere and pass a reference, or send tasks in smaller batches.';
  return new RequestRefusedError('BODY_TOO_LARGE', `The body ${what}; at most ${limit} are taken. ${advice}`);
}
