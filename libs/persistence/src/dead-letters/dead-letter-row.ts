/** A letter without its content, as lists show it. */
export interface DeadLetterRow {
  readonly id: string;
  readonly copies: number;
  readonly at: Date;
  readonly reasonCode: string;
  readonly reason: string;
  readonly originQueue: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly messageId: string | null;
  readonly type: string | null;
  readonly source: string | null;
  readonly amqpUser: string | null;
  readonly contentType: string | null;
  readonly size: number;
  readonly deliveries: number | null;
  readonly storedAt: Date;
  readonly replays: number;
  readonly replayedAt: Date | null;
  readonly replayedTo: string | null;
  readonly replayedBy: string | null;
}
/** The whole letter. `headers` is JSON text. */
export interface FullDeadLetterRow extends DeadLetterRow {
  readonly headers: string;
  readonly content: Buffer;
}

export const listedColumns = `id, copies, at, reason_code as "reasonCode", reason, origin_queue as "originQueue", exchange,
  routing_key as "routingKey", message_id as "messageId", type, source, amqp_user as "amqpUser",
  content_type as "contentType", size, deliveries, stored_at as "storedAt", replays, replayed_at as "replayedAt",
  replayed_to as "replayedTo", replayed_by as "replayedBy"`;

/** Which letters are meant. Times are those of the refusal: from `since`, before `until`. */
export interface DeadLetterFilter {
  readonly reasonCode?: string | undefined;
  readonly type?: string | undefined;
  readonly origin?: string | undefined;
  readonly source?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly replayed?: boolean | undefined;
}

const conditionOf: Readonly<Record<keyof DeadLetterFilter, string>> = {
  reasonCode: 'reason_code = $::text',
  type: 'type = $::text',
  origin: 'origin_queue = $::text',
  source: 'source = $::text',
  since: 'at >= $::timestamptz',
  until: 'at < $::timestamptz',
  replayed: '(replays > 0) = $::boolean',
};

/** Conditions in SQL for what a filter gives, their values beginning after `before`; `name` tells filters apart. */
export function conditionsOf(
  filter: DeadLetterFilter,
  before: readonly unknown[],
): { readonly name: string; readonly conditions: readonly string[]; readonly values: readonly unknown[] } {
  const given = (Object.keys(conditionOf) as (keyof DeadLetterFilter)[]).filter((key) => filter[key] !== undefined);
  const conditions = given.map((key, index) => conditionOf[key].replace('$', `$${before.length + index + 1}`));
  return { name: given.join('-'), conditions, values: [...before, ...given.map((key) => filter[key])] };
}
