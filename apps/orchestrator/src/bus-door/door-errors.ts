import { MeshError, type MessageKind } from '@baton/contracts';

/** The message keeps the rules of CloudEvents, not those of this door. */
export class RequestInvalidError extends MeshError {
  readonly code = 'MESSAGE_INVALID';
  readonly recovery = 'reject';
}

/** An answer that fits no message. What was asked is done all the same. */
export class AnswerTooLargeError extends MeshError {
  readonly code = 'BODY_TOO_LARGE';
  readonly recovery = 'reject';
  constructor(cause: unknown) {
    super('It is done, but the answer is larger than a message may be: read it over HTTP, with the id.', {}, cause);
  }
}

/** Somebody had this request before and ended in the middle of it. */
export class MaybeDoneError extends MeshError {
  readonly code = 'REQUEST_TIMEOUT';
  readonly recovery = 'conflict';
  constructor(kind: MessageKind<unknown>) {
    super(
      `An orchestrator had this ${kind.type} before and went away with it; it may be done. Look, then ask again with a new message.`,
    );
  }
}
