import { errorCodes, MeshError, type ErrorCode, type Problem } from '@baton/contracts';

/** The broker cannot be reached, or the connection was lost before the work was done. */
export class BrokerUnavailableError extends MeshError {
  readonly code = 'BROKER_UNAVAILABLE';
  readonly recovery = 'retry';
}

/** No queue takes a message with this target: nobody listens there. */
export class UnroutableError extends MeshError {
  readonly code = 'UNROUTABLE';
  readonly recovery = 'reject';
  constructor(target: { readonly exchange: string; readonly key: string }, why = 'no queue takes it') {
    super(
      `The message to exchange "${target.exchange}" with key "${target.key}" cannot be delivered: ${why}. ` +
        'Check that the recipient runs and that the key is right.',
      { exchange: target.exchange, key: target.key },
    );
  }
}

/** The queue of a recipient is full: it does not keep up. */
export class RecipientFullError extends MeshError {
  readonly code = 'RECIPIENT_FULL';
  readonly recovery = 'retry';
  constructor(target: { readonly exchange: string; readonly key: string }) {
    super(
      `The message to exchange "${target.exchange}" with key "${target.key}" was refused: a queue it leads to is full. ` +
        'Send slower or later; check that the recipient runs and keeps up.',
      { exchange: target.exchange, key: target.key },
    );
  }
}

/** Somebody has the request, but no answer came in time. It may still be worked on. */
export class RequestTimeoutError extends MeshError {
  readonly code = 'REQUEST_TIMEOUT';
  readonly recovery = 'retry';
  constructor(type: string, timeoutMs: number) {
    super(
      `No answer to ${type} within ${timeoutMs} ms. The recipient has it and is slow, or died with it; ask again with the same id.`,
      { type, timeoutMs },
    );
  }
}

/** The responder answered with a problem document, which is carried as it came. */
export class RequestFailedError extends MeshError {
  readonly code: ErrorCode;
  readonly recovery: 'retry' | 'reject' | 'conflict';
  constructor(readonly problem: Problem) {
    super(problem.detail, { problem });
    this.code = problem.code in errorCodes ? (problem.code as ErrorCode) : 'INTERNAL';
    this.recovery = recoveryOf(problem.status);
  }
}

/** A message does not keep the rules of the wire: envelope, size, schema. The text names the rule. */
export class MessageInvalidError extends MeshError {
  readonly code = 'MESSAGE_INVALID';
  readonly recovery = 'reject';
}

/** A queue or exchange stands on the broker with other properties, or belongs to another connection. */
export class TopologyConflictError extends MeshError {
  readonly code = 'TOPOLOGY_CONFLICT';
  readonly recovery = 'conflict';
}

function recoveryOf(status: number): 'retry' | 'reject' | 'conflict' {
  if (status === 409) return 'conflict';
  return status === 429 || status >= 500 ? 'retry' : 'reject';
}
