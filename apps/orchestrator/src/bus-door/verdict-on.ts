import { MeshError } from '@baton/contracts';
import { type Verdict } from '@baton/bus';

/** What becomes of a message nobody waits for, by the errors of its events. Throws what is a defect. Pure. */
export function verdictOn(errors: readonly unknown[]): Verdict {
  const expected = errors.filter((error): error is MeshError => error instanceof MeshError);
  if (expected.some((error) => error.recovery === 'retry')) return 'retry';
  if (expected.length < errors.length) throw errors.find((error) => !(error instanceof MeshError));
  if (errors.length === 0) return 'done';
  return { reject: expected.map((error) => `${error.code}: ${error.message}`).join('; ') };
}
