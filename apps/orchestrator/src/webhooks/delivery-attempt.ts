import { type DeliveryOutcome, type DueDelivery } from '@baton/persistence';
import { type DeliveryResult } from './webhook-metrics';
import { nextAttemptMs, type RetrySchedule } from './retry-schedule';

/** What came back: the status, or what went wrong before there was one. */
export type Answer = { readonly status: number } | { readonly error: string };

export interface Judged {
  readonly outcome: DeliveryOutcome;
  readonly result: DeliveryResult;
}

const GONE = 410;

/** What follows from an answer: any 2xx is a delivery, 410 ends the webhook, all else is tried again in time. Pure. */
export function judge(
  { id, attempts, createdAt }: Pick<DueDelivery, 'id' | 'attempts' | 'createdAt'>,
  answer: Answer,
  given: { readonly schedule: RetrySchedule; readonly now: Date; readonly chance: number },
): Judged {
  const status = 'status' in answer ? answer.status : null;
  const error = errorOf(answer);
  if (error === null) return { outcome: { id, state: 'delivered', inMs: 0, status, error }, result: 'delivered' };
  const tried = { attempts: attempts + 1, ageMs: given.now.getTime() - createdAt.getTime() };
  const inMs = status === GONE ? undefined : nextAttemptMs(given.schedule, tried, given.chance);
  if (inMs !== undefined) return { outcome: { id, state: 'pending', inMs, status, error }, result: 'retried' };
  const result = status === GONE ? 'gone' : 'failed';
  return { outcome: { id, state: 'failed', inMs: 0, status, error }, result };
}

function errorOf(answer: Answer): string | null {
  if ('error' in answer) return answer.error.slice(0, 500);
  const { status } = answer;
  if (status >= 200 && status < 300) return null;
  if (status === GONE) return 'The receiver is gone (410).';
  const redirected = status >= 300 && status < 400;
  return `The receiver answered ${status}${redirected ? ': redirects are not followed, register its new URL' : ''}.`;
}
