import { auditMeshAction } from '../history/audit-action';
import { type Sql, statement } from '../sql';
import { type DeliveryState } from './webhook-row';

/** What an event becomes for one webhook. `payload` is the body that is sent. */
export interface NewDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly type: string;
  readonly payload: string;
}

/** A delivery to be sent now. */
export interface DueDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly url: string;
  readonly secret: string;
  readonly payload: string;
  readonly attempts: number;
  readonly createdAt: Date;
}

/** What an attempt came to. `pending`: it is tried again `inMs` from now. */
export interface DeliveryOutcome {
  readonly id: string;
  readonly state: DeliveryState;
  readonly inMs: number;
  readonly status: number | null;
  readonly error: string | null;
}

const ADD = statement(
  'webhook-deliveries-add',
  `with w as (
     update webhooks set position = $2::bigint
      where id = any($3::uuid[]) and position < $2::bigint and disabled_at is null and (select fence($1)) returning id
   )
   insert into webhook_deliveries (id, webhook_id, type, payload, state)
   select x.id, x.webhook_id, x.type, x.payload, 'pending'
     from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[]) as x (id, webhook_id, type, payload)
     join w on w.id = x.webhook_id`,
);
const DUE = statement(
  'webhook-deliveries-due',
  `select d.id, w.id as "webhookId", w.url, w.secret, d.payload, d.attempts, d.created_at as "createdAt"
     from webhooks w cross join lateral (
       select id, payload, attempts, created_at from webhook_deliveries
        where webhook_id = w.id and state = 'pending' and due_at <= clock_timestamp() and id <> all($1::uuid[])
        order by due_at limit $2) d
    where w.disabled_at is null and w.id <> all($3::uuid[])`,
);
const RECORD = statement(
  'webhook-deliveries-record',
  `update webhook_deliveries
      set state = $3, attempts = attempts + 1, last_attempt_at = clock_timestamp(), last_status = $5, last_error = $6,
          due_at = clock_timestamp() + $4 * interval '1 millisecond',
          ended_at = case when $3 = 'pending' then null else clock_timestamp() end
    where id = $2::uuid and state = 'pending' and (select fence($1)) returning id`,
);
const HASTEN = statement(
  'webhook-deliveries-hasten',
  `update webhook_deliveries set due_at = created_at
    where webhook_id = $2::uuid and state = 'pending' and due_at > clock_timestamp()
      and ($3::float8 is null or last_attempt_at >= clock_timestamp() - $3 * interval '1 millisecond')
      and (select fence($1)) returning id`,
);
const AGAIN = statement(
  'webhook-deliveries-again',
  `update webhook_deliveries set state = 'pending', due_at = clock_timestamp(), created_at = clock_timestamp(),
          attempts = 0, ended_at = null
    where id = $1 and webhook_id = $2 returning id`,
);
const PRUNE = statement(
  'webhook-deliveries-prune',
  `delete from webhook_deliveries where id in (
     select id from webhook_deliveries where ended_at < clock_timestamp() - $2 * interval '1 day' limit 10000)
    and (select fence($1)) returning id`,
);

/** What was read of the feed up to `position`, with what it means for those webhooks: both or nothing (I3). */
export async function addDeliveries(
  sql: Sql,
  epoch: number,
  read: { readonly position: number; readonly webhookIds: readonly string[] },
  added: readonly NewDelivery[],
): Promise<void> {
  const column = <Key extends keyof NewDelivery>(key: Key): NewDelivery[Key][] => added.map((each) => each[key]);
  const columns = [column('id'), column('webhookId'), column('type'), column('payload')];
  await sql.run(ADD, [epoch, read.position, read.webhookIds, ...columns]);
}

/** At most `most` per webhook, the longest due first, without those under way and those of the webhooks named. */
export function dueDeliveries(
  sql: Sql,
  without: { readonly ids: readonly string[]; readonly webhookIds: readonly string[] },
  most: number,
): Promise<DueDelivery[]> {
  return sql.run<DueDelivery>(DUE, [without.ids, most, without.webhookIds]);
}

/** False: it has ended otherwise. Throws LeaseLostError (I3). */
export async function recordDelivery(sql: Sql, epoch: number, outcome: DeliveryOutcome): Promise<boolean> {
  const { id, state, inMs, status, error } = outcome;
  const rows = await sql.run(RECORD, [epoch, id, state, inMs, status, error]);
  return rows.length > 0;
}

/**
 * What was tried in vain within this time (null: ever) and waits for this webhook is due now, what has waited longest
 * first; resolves with how many those were.
 */
export async function hastenDeliveries(
  sql: Sql,
  epoch: number,
  webhookId: string,
  withinMs: number | null,
): Promise<number> {
  return (await sql.run(HASTEN, [epoch, webhookId, withinMs])).length;
}

/** Sends it again as if it were new, whatever became of it, audited; false: there is none. Run it in a transaction. */
export async function redeliver(sql: Sql, webhookId: string, id: string, actor: string): Promise<boolean> {
  const found = (await sql.run(AGAIN, [id, webhookId])).length > 0;
  if (found) await auditMeshAction(sql, 'webhook-redelivered', actor, `${webhookId} ${id}`);
  return found;
}

/** Deletes deliveries that ended more than `days` ago, ten thousand at most; resolves with how many. */
export async function pruneDeliveries(sql: Sql, epoch: number, days: number): Promise<number> {
  return (await sql.run(PRUNE, [epoch, days])).length;
}
