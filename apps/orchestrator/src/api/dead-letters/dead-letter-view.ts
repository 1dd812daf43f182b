import { findJsonFlaw } from '@baton/bus';
import { type HistoryEntry, type JsonObject, type JsonValue } from '@baton/contracts';
import { type DeadLetterRow, type FullDeadLetterRow } from '@baton/persistence';

/** Nested deeper it is shown as bytes. */
const DEPTH = 100;

/** A letter as lists show it. */
export interface DeadLetterSummary {
  readonly id: string;
  readonly at: string;
  readonly reasonCode: string;
  readonly reason: string;
  /** The queue it was in; null: it was sent to the dead letters itself. */
  readonly origin: string | null;
  readonly exchange: string;
  readonly key: string;
  readonly messageId: string | null;
  readonly type: string | null;
  readonly source: string | null;
  readonly user: string | null;
  readonly contentType: string | null;
  readonly size: number;
  readonly copies: number;
  readonly deliveries: number | null;
  readonly storedAt: string;
  readonly replays: number;
  readonly replayedAt: string | null;
  readonly replayedTo: string | null;
  readonly replayedBy: string | null;
}

/** The whole letter: `content` when it is JSON, else `contentBase64`. */
export interface DeadLetterView extends DeadLetterSummary {
  readonly headers: JsonObject;
  readonly content: JsonValue;
  readonly contentBase64: string | null;
  /** Only the beginning of its content is kept. */
  readonly truncated: boolean;
  readonly history: readonly HistoryEntry[];
}

export function toSummary(row: DeadLetterRow): DeadLetterSummary {
  const { routingKey, originQueue, amqpUser, at, storedAt, replayedAt } = row;
  return {
    id: row.id,
    at: at.toISOString(),
    reasonCode: row.reasonCode,
    reason: row.reason,
    origin: originQueue === '' ? null : originQueue,
    exchange: row.exchange,
    key: routingKey,
    messageId: row.messageId,
    type: row.type,
    source: row.source,
    user: amqpUser,
    contentType: row.contentType,
    size: row.size,
    copies: row.copies,
    deliveries: row.deliveries,
    storedAt: storedAt.toISOString(),
    replays: row.replays,
    replayedAt: replayedAt?.toISOString() ?? null,
    replayedTo: row.replayedTo,
    replayedBy: row.replayedBy,
  };
}

export function toView(row: FullDeadLetterRow, history: readonly HistoryEntry[]): DeadLetterView {
  const json = jsonIn(row.content);
  return {
    ...toSummary(row),
    headers: JSON.parse(row.headers) as JsonObject,
    content: json ?? null,
    contentBase64: json === undefined ? row.content.toString('base64') : null,
    truncated: row.content.length < row.size,
    history,
  };
}

function jsonIn(content: Buffer): JsonValue | undefined {
  if (findJsonFlaw(content, DEPTH) === 'depth') return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content)) as JsonValue;
  } catch {
    return undefined;
  }
}
