import { type DeadLetter, type RawDelivery, wireLimits } from '@baton/bus';
import { type NewDeadLetter } from '@baton/persistence';

/** Of more than the wire allows so much is kept: it can be looked at, not sent again. */
const KEPT_BYTES = 64 * 1024;
const EPOCH = Date.UTC(2000, 0, 1);
/** Longer than anything sensible; an index takes no more than about 2,700 bytes. */
const SHORT = 500;
const LONG = 2000;
/** What lets somebody in stays nowhere. */
const SECRETS = new Set(['authorization']);

/**
 * A letter as it is stored. Whatever strangers put into it, the database takes it: no NUL in texts, no times it does
 * not know, nothing too long for an index.
 */
export function toStoredLetter(letter: DeadLetter, { redelivered }: RawDelivery, id: string, now: Date): NewDeadLetter {
  const { content } = letter;
  const kept = content.length > wireLimits.messageBytes ? content.subarray(0, KEPT_BYTES) : content;
  return {
    id,
    fingerprint: letter.id,
    copies: redelivered ? 0 : 1,
    at: sensible(letter.at, now),
    reasonCode: letter.reasonCode,
    reason: cleaned(letter.reason, LONG),
    originQueue: cleaned(letter.originQueue ?? '', SHORT),
    exchange: cleaned(letter.exchange, SHORT),
    routingKey: cleaned(letter.key, SHORT),
    messageId: perhaps(letter.messageId),
    type: perhaps(letter.type),
    source: perhaps(letter.source),
    amqpUser: perhaps(letter.user),
    headers: JSON.stringify(plain(letter.headers)),
    contentType: perhaps(letter.contentType),
    content: kept,
    size: whole(letter.truncatedFrom) ?? content.length,
    deliveries: whole(letter.deliveries) ?? null,
  };
}

/** One row for each letter: the first, with the copies of all that are the same. */
export function mergeCopies(letters: readonly NewDeadLetter[]): NewDeadLetter[] {
  const merged = new Map<string, NewDeadLetter>();
  for (const letter of letters) {
    const before = merged.get(letter.fingerprint);
    merged.set(letter.fingerprint, before ? { ...before, copies: before.copies + letter.copies } : letter);
  }
  return [...merged.values()];
}

/** Runs of letters with at most so many bytes of content; one that has more goes alone. */
export function chunksOf(letters: readonly NewDeadLetter[], bytes: number): NewDeadLetter[][] {
  const chunks: NewDeadLetter[][] = [];
  let room = 0;
  for (const letter of letters) {
    const chunk = chunks.at(-1);
    if (!chunk || letter.content.length > room) {
      chunks.push([letter]);
      room = bytes - letter.content.length;
    } else {
      chunk.push(letter);
      room -= letter.content.length;
    }
  }
  return chunks;
}

/** What is left of a letter the database does not take: that it was there, why it died, how large it was. */
export function remnantOf(letter: NewDeadLetter, why: string): NewDeadLetter {
  const bare = { messageId: null, type: null, source: null, amqpUser: null, contentType: null, headers: '{}' };
  const reason = cleaned(`${letter.reason} (its content could not be stored: ${why})`, LONG);
  return { ...letter, ...bare, exchange: '', routingKey: '', originQueue: '', reason, content: Buffer.alloc(0) };
}

/** Clocks of strangers: what is not between 2000 and now is now. */
function sensible(at: Date | undefined, now: Date): Date {
  return at && at.getTime() >= EPOCH && at <= now ? at : now;
}

function cleaned(text: string, most: number): string {
  return text.replaceAll('\0', '\ufffd').slice(0, most);
}

function perhaps(text: string | undefined): string | null {
  return text === undefined ? null : cleaned(text, SHORT);
}

function whole(given: number | undefined): number | undefined {
  return given !== undefined && Number.isSafeInteger(given) && given >= 0 && given < 2 ** 31 ? given : undefined;
}

/** Values of AMQP tables as JSON can hold them: bytes as `{"!":"bytes","value":<base64>}`, as amqplib marks its types. */
function plain(value: unknown, name?: string): unknown {
  if (name !== undefined && SECRETS.has(name.toLowerCase())) return '[removed]';
  if (Buffer.isBuffer(value)) return { '!': 'bytes', value: value.toString('base64') };
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map((one) => plain(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner, key)]));
}
