import { type RawMessage } from '@baton/bus';
import {
  cloudEventBatchContentType,
  cloudEventContentType,
  type JsonObject,
  StateConflictError,
} from '@baton/contracts';
import { type FullDeadLetterRow } from '@baton/persistence';

/** Which letter it was, and the id it had: for whoever wants to know that this is not the first time. */
const replayHeaders = { of: 'baton-replay-of', letter: 'baton-replay-letter' } as const;

/**
 * The message to send for a letter. Its events get the ids `<id>.replay-<n>`: recipients that have seen the first one
 * handle it, and one that is sent twice because nobody could record the first time has the same id again. What is no
 * CloudEvent goes as it came. Throws StateConflictError for what cannot or must not be sent again.
 */
export function replayedMessage(letter: FullDeadLetterRow, messageId: string): RawMessage {
  if (letter.content.length < letter.size) {
    const kept = `${letter.content.length} of ${letter.size} bytes`;
    throw new StateConflictError(`Only ${kept} of letter ${letter.id} are kept, so it cannot be sent again.`);
  }
  const json = jsonIn(letter.content);
  refuseControl(letter, [json].flat());
  const { contentType, type } = letter;
  return {
    content: isCloudEvent(contentType) && json !== undefined ? renamed(json, letter.replays + 1) : letter.content,
    messageId,
    ...(contentType !== null && { contentType }),
    ...(type !== null && { type }),
    headers: headersOf(letter),
  };
}

/**
 * Baton's own messages are not sent again: the mesh makes them again by itself, and here they would carry the right of
 * the orchestrator to speak for anybody.
 */
function refuseControl({ id, type }: FullDeadLetterRow, events: readonly unknown[]): void {
  const types = [type, ...events.map((event) => (event as { type?: unknown } | null)?.type)];
  const texts = types.filter((one): one is string => typeof one === 'string');
  const control = texts.find((one) => /^\s*io\.baton\./i.test(one));
  if (control === undefined) return;
  throw new StateConflictError(
    `Letter ${id} is a ${control}, a message of Baton itself: those are not sent again, the mesh makes what it ` +
      'needs by itself. A task that was refused is submitted anew.',
  );
}

function jsonIn(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString());
  } catch {
    return undefined;
  }
}

function isCloudEvent(contentType: string | null): boolean {
  const plain = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  return plain === cloudEventContentType || plain === cloudEventBatchContentType;
}

function renamed(json: unknown, replay: number): Buffer {
  const rename = (event: unknown): unknown => {
    const { id } = (event ?? {}) as { id?: unknown };
    return typeof id === 'string' ? { ...(event as JsonObject), id: `${id}.replay-${replay}` } : event;
  };
  return Buffer.from(JSON.stringify(Array.isArray(json) ? json.map(rename) : rename(json)));
}

function headersOf({ id, messageId, headers }: FullDeadLetterRow): Record<string, unknown> {
  const given = Object.entries(JSON.parse(headers) as Record<string, unknown>);
  const own = given.filter(([name]) => !/^(baton-|b?cc$)/i.test(name));
  return {
    ...(toAmqp(Object.fromEntries(own)) as Record<string, unknown>),
    ...(messageId !== null && { [replayHeaders.of]: messageId }),
    [replayHeaders.letter]: id,
  };
}

/** Bytes are stored as text: see `plain` in stored-letter. */
function toAmqp(value: unknown): unknown {
  if (Array.isArray(value)) return (value as unknown[]).map(toAmqp);
  if (typeof value !== 'object' || value === null) return value;
  const { '!': kind, value: inner } = value as { '!'?: unknown; value?: unknown };
  if (kind === 'bytes') return Buffer.from(String(inner), 'base64');
  if (kind !== undefined) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toAmqp(one)]));
}
