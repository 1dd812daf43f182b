import { NotConfirmedError } from './message-errors';
import { type MessageBody } from './message-body';

/** A durable publish is tried until the broker has it; nobody's HTTP request waits that long. */
const CONFIRMED_WITHIN_MS = 10_000;

/** The work, or NotConfirmedError when it takes longer than what was asked for may take. */
export async function within<Result>(id: string, work: Promise<Result>, body: MessageBody): Promise<Result> {
  const asked = Math.max(body.receiptWithinMs ?? 0, (body.timeoutSeconds ?? 0) * 1000);
  const ms = asked + CONFIRMED_WITHIN_MS;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NotConfirmedError(id, ms)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
