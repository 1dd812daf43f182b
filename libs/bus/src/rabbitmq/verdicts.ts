import { MeshError } from '@baton/contracts';
import { type Verdict } from '../bus';
import { describeFailure } from './failure';
import { type Refusal } from './refusal-of';

/** A handler that throws on a delivery this often is not given it again. */
export const maxFailures = 5;
/** A message whose recipients died so often before they were done with it is not delivered again. */
export const maxDeliveries = 5;

/**
 * What a thrown error means for the delivery. Our errors say it themselves (`recovery`); anything else is a bug or a
 * poison message and counts towards the bound.
 */
export function verdictOf(error: unknown): Verdict | 'failed' {
  if (!(error instanceof MeshError)) return 'failed';
  if (error.recovery === 'retry') return 'retry';
  return error.recovery === 'conflict' ? 'done' : { reject: `${error.code}: ${error.message}` };
}

/** The reason a message is dead after its handler threw too often. */
function poisonReason(error: unknown): string {
  return `the handler failed ${maxFailures + 1} times: ${describeFailure(error)}`;
}

export function poisonRefusal(error: unknown): Refusal {
  return { reason: poisonReason(error), code: 'poison', deliveries: maxFailures + 1 };
}
