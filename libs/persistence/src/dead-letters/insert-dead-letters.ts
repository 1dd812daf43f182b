import { type Sql, statement } from '../sql';
import { plainColumn, textColumn, timeColumn } from '../sql-columns';

/** A letter on its way into the table. */
export interface NewDeadLetter {
  readonly id: string;
  /** The same for a letter that is delivered again. */
  readonly fingerprint: string;
  /** How many letters alike in every byte this row stands for; those delivered again are none. At least 0. */
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
  /** JSON text. */
  readonly headers: string;
  readonly contentType: string | null;
  readonly content: Buffer;
  /** Of the message as it came; more than the content when only its beginning is kept. */
  readonly size: number;
  readonly deliveries: number | null;
}

/** Contents travel as one binary parameter: as an array of texts they would take four times their size. */
const INSERT = statement(
  'dead-letters-insert',
  `with given as (
     select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
                          $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
                          $15::text[], $16::int[], $17::int[], $18::int[], $19::int[])
       as new (id, fingerprint, copies, at, reason_code, reason, origin_queue, exchange, routing_key, message_id, type,
               source, amqp_user, headers, content_type, size, deliveries, first, kept)),
   stored as (
     insert into dead_letters (id, fingerprint, copies, at, reason_code, reason, origin_queue, exchange, routing_key,
                               message_id, type, source, amqp_user, headers, content_type, content, size, deliveries)
     select id, fingerprint, greatest(copies, 1), at, reason_code, reason, origin_queue, exchange, routing_key,
            message_id, type, source, amqp_user, headers, content_type, substring($20::bytea from first for kept), size,
            deliveries
       from given
     on conflict (fingerprint) do update
       set copies = dead_letters.copies + (select g.copies from given g where g.fingerprint = excluded.fingerprint)
     returning reason_code, xmax = 0 as new)
   select reason_code as "reasonCode", count(*)::int as count from stored where new group by 1`,
);

/**
 * Stores letters, all or none; one that is there already is not stored again. `fingerprint` must differ within a call.
 * Resolves with how many were new, by reason code.
 */
export async function insertDeadLetters(
  sql: Sql,
  letters: readonly NewDeadLetter[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.run<{ reasonCode: string; count: number }>(INSERT, columnsOf(letters));
  return new Map(rows.map(({ reasonCode, count }) => [reasonCode, count]));
}

function columnsOf(letters: readonly NewDeadLetter[]): unknown[] {
  const column = <Key extends keyof NewDeadLetter>(key: Key): NewDeadLetter[Key][] =>
    letters.map((letter) => letter[key]);
  const texts = (key: 'reasonCode' | 'reason' | 'originQueue' | 'exchange' | 'routingKey'): string | null =>
    textColumn(column(key));
  const perhaps = (key: 'messageId' | 'type' | 'source' | 'amqpUser' | 'contentType'): string | null =>
    textColumn(column(key));
  const lengths = letters.map(({ content }) => content.length);
  let next = 1;
  const firsts = lengths.map((length) => {
    const first = next;
    next += length;
    return first;
  });
  return [
    plainColumn(column('id')),
    plainColumn(column('fingerprint')),
    plainColumn(column('copies')),
    timeColumn(column('at')),
    texts('reasonCode'),
    texts('reason'),
    texts('originQueue'),
    texts('exchange'),
    texts('routingKey'),
    perhaps('messageId'),
    perhaps('type'),
    perhaps('source'),
    perhaps('amqpUser'),
    textColumn(column('headers')),
    perhaps('contentType'),
    plainColumn(column('size')),
    plainColumn(column('deliveries')),
    plainColumn(firsts),
    plainColumn(lengths),
    Buffer.concat(letters.map(({ content }) => content)),
  ];
}
