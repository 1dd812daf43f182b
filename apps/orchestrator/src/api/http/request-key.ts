import { submitLimits, ValidationError } from '@baton/contracts';
import { findNul } from './json-flaws';

/** The header Idempotency-Key; undefined: not given. Throws ValidationError when it is none. */
export function requestKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = [header].flat().join(', ');
  if (key.length > 0 && key.length <= submitLimits.keyLength && findNul(key) === undefined) return key;
  throw new ValidationError([
    { path: 'Idempotency-Key', message: `must have 1 to ${submitLimits.keyLength} characters` },
  ]);
}
