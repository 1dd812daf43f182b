import { type FieldFault, type Submit, submitLimits } from '@baton/contracts';
import { type NewTask } from '@baton/persistence';

/** Faults of a submission that its schema cannot express. Pure. */
export function submitFaults(submit: Submit, task: Pick<NewTask, 'input' | 'options'>): FieldFault[] {
  return [...timeFaults(submit), ...keyFaults(submit), ...sizeFaults(task)];
}

function timeFaults(submit: Submit): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const path of ['runAt', 'deadline'] as const) {
    const time = submit[path];
    // A leap second fits the format, but is no time a clock here ever shows.
    if (time !== undefined && Number.isNaN(Date.parse(time)))
      faults.push({ path, message: 'is not a time that comes' });
  }
  if (submit.runAt !== undefined && submit.delaySeconds !== undefined) {
    faults.push({ path: 'delaySeconds', message: 'excludes runAt: give one of them' });
  }
  return faults;
}

function keyFaults(submit: Submit): FieldFault[] {
  const { concurrencyLimit, concurrencyKey, idempotencyKey, rateLimit, rateLimitKey } = submit;
  const faults: FieldFault[] = [];
  if (rateLimit && rateLimitKey === undefined) faults.push({ path: 'rateLimit', message: 'needs a rateLimitKey' });
  if (rateLimitKey !== undefined && !rateLimit) {
    faults.push({ path: 'rateLimitKey', message: 'needs a rateLimit: { limit, perSeconds }' });
  }
  if (concurrencyLimit !== undefined && concurrencyKey === undefined) {
    faults.push({ path: 'concurrencyLimit', message: 'needs a concurrencyKey' });
  }
  // Half a surrogate pair is stored as another character: two such keys would be one.
  if (idempotencyKey !== undefined && /\p{Surrogate}/u.test(idempotencyKey)) {
    faults.push({ path: 'idempotencyKey', message: 'holds half a surrogate pair: use whole characters' });
  }
  return faults;
}

function sizeFaults({ input, options }: Pick<NewTask, 'input' | 'options'>): FieldFault[] {
  const { payloadBytes } = submitLimits;
  const bytes = Buffer.byteLength(input);
  if (bytes > payloadBytes) {
    return [
      { path: 'input', message: `is larger than ${payloadBytes} bytes: store it elsewhere and pass a reference` },
    ];
  }
  if (bytes + Buffer.byteLength(options ?? '') <= payloadBytes) return [];
  return [{ path: 'metadata', message: `makes the task larger than ${payloadBytes} bytes: leave some of it out` }];
}
