import { createHash } from 'node:crypto';
import { type CloudEvent, submitLimits } from '@baton/contracts';

/**
 * The idempotency key of a submission that names none. CloudEvents identify themselves by source and id, so what the
 * broker delivers twice, or a sender repeats with its id, stays one task.
 */
export function eventKey({ source, id }: Pick<CloudEvent<unknown>, 'source' | 'id'>, part = ''): string {
  const key = `${source}#${id}${part}`;
  if (key.length <= submitLimits.keyLength && !/\p{Surrogate}/u.test(key)) return key;
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
