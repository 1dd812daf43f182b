import { type ErrorCode, errorCodes, MeshError, type Problem, type Recovery, ValidationError } from '@baton/contracts';

/** The broker did not confirm in time. It may still be stored: the same key makes the same message. */
export class NotConfirmedError extends MeshError {
  readonly code = 'BROKER_UNAVAILABLE';
  readonly recovery = 'retry';
  constructor(id: string, withinMs: number) {
    super(
      `RabbitMQ did not confirm message ${id} within ${withinMs} ms. It is still tried; send it again with ` +
        `"Idempotency-Key: ${id}", then recipients take it once.`,
    );
  }
}

/** Whoever was asked answered with a problem that is its own, not the asker's. */
class RecipientFailedError extends MeshError {
  readonly code = 'RECIPIENT_FAILED';
  readonly recovery = 'reject';
}

class RecipientRefusedError extends MeshError {
  constructor(
    readonly code: ErrorCode,
    readonly recovery: Recovery,
    message: string,
  ) {
    super(message);
  }
}

/** What an asker can mend himself keeps its code; all else is the failure of whoever was asked. */
const passedOn: readonly number[] = [400, 404, 409, 422, 429];

/** The problem a recipient answered, as an error of this API. */
export function recipientProblem(address: string, problem: Problem): MeshError {
  const detail = `${address} answered: ${problem.detail}`;
  const code = problem.code in errorCodes ? (problem.code as ErrorCode) : undefined;
  if (code === undefined || !passedOn.includes(errorCodes[code])) {
    return new RecipientFailedError(`${detail} (${problem.code}, status ${problem.status})`, { problem });
  }
  if (problem.errors) return new ValidationError(problem.errors, code, detail);
  const recovery = errorCodes[code] === 429 ? 'retry' : errorCodes[code] === 409 ? 'conflict' : 'reject';
  return new RecipientRefusedError(code, recovery, detail);
}
