/**
 * What whoever hits the error should do. `retry`: the same again later. `reject`: never again as it is.
 * `conflict`: somebody else was first; what was wanted is already so, or no longer possible.
 */
export type Recovery = 'retry' | 'reject' | 'conflict';

/** An error with a stable code. Edges switch on `recovery` and `code`, never on the class. */
export abstract class MeshError extends Error {
  abstract readonly code: ErrorCode;
  abstract readonly recovery: Recovery;
  constructor(
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
  }
}

/** A field that does not fit, by JSON pointer-like path (`tasks[3].priority`). */
export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

/** Every code Baton answers with, and its HTTP status. Codes are never reused. */
export const errorCodes = {
  VALIDATION_FAILED: 400,
  BODY_UNREADABLE: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TASK_NOT_FOUND: 404,
  WORKFLOW_NOT_FOUND: 404,
  DEFINITION_NOT_FOUND: 404,
  AGENT_NOT_FOUND: 404,
  CHANNEL_NOT_FOUND: 404,
  MAILBOX_NOT_FOUND: 404,
  DEAD_LETTER_NOT_FOUND: 404,
  WEBHOOK_NOT_FOUND: 404,
  STATE_CONFLICT: 409,
  IDEMPOTENCY_KEY_REUSED: 409,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
  CAPABILITY_UNKNOWN: 422,
  TARGET_AGENT_GONE: 422,
  INPUT_INVALID: 422,
  WORKFLOW_INVALID: 422,
  AGENT_LIMIT_REACHED: 422,
  FAMILY_UNKNOWN: 422,
  NOTHING_FITS: 422,
  OVERLOADED: 429,
  RECIPIENT_FULL: 429,
  INTERNAL: 500,
  DATABASE_UNAVAILABLE: 503,
  BROKER_UNAVAILABLE: 503,
  NO_HOST: 503,
  NO_REGISTRY: 503,
  LEASE_LOST: 503,
  UNROUTABLE: 502,
  RECIPIENT_FAILED: 502,
  REQUEST_TIMEOUT: 504,
  CONFIGURATION_INVALID: 500,
  MESSAGE_INVALID: 400,
  TOPOLOGY_CONFLICT: 500,
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** The submitted data does not fit; `faults` names every field at once. */
export class ValidationError extends MeshError {
  readonly recovery = 'reject';
  constructor(
    readonly faults: readonly FieldFault[],
    readonly code: ErrorCode = 'VALIDATION_FAILED',
    message = `${faults.length} field(s) do not fit: ${faults.map((fault) => `${fault.path} ${fault.message}`).join('; ')}`,
  ) {
    super(message, { faults });
  }
}

/** Nothing with this id was ever stored here, or it is past its retention. */
export class NotFoundError extends MeshError {
  readonly recovery = 'reject';
  constructor(
    readonly code: Extract<ErrorCode, `${string}NOT_FOUND`>,
    what: string,
  ) {
    super(`${what} does not exist. Check the id, or list what there is.`);
  }
}

/** The present state forbids the action; the message names both. */
export class StateConflictError extends MeshError {
  readonly code = 'STATE_CONFLICT';
  readonly recovery = 'conflict';
}

/** Another orchestrator holds the lease; this one must stop writing (I3). */
export class LeaseLostError extends MeshError {
  readonly code = 'LEASE_LOST';
  readonly recovery = 'retry';
  constructor(epoch: number, cause?: unknown) {
    super(`Epoch ${epoch} is over: another orchestrator has taken the lease.`, { epoch }, cause);
  }
}
