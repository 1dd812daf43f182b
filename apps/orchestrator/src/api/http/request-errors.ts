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
