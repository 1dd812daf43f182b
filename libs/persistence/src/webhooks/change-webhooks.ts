import { auditMeshAction } from '../history/audit-action';
import { type Sql, statement } from '../sql';
import { webhookColumns, type WebhookRow } from './webhook-row';

export type NewWebhook = Pick<WebhookRow, 'id' | 'url' | 'events' | 'workflowId' | 'secret' | 'createdBy'> & {
  /** Where the feed ends now: what comes after it is told. */
  readonly position: number;
};

const INSERT = statement(
  'webhooks-insert',
  `insert into webhooks (id, url, events, workflow_id, secret, position, created_by)
   select $1, $2, $3, $4::uuid, $5, $6, $7 where (select count(*) from webhooks) < $8 returning ${webhookColumns}`,
);
const DELETE = statement('webhooks-delete', 'delete from webhooks where id = $1 returning url');
const ENABLE = statement(
  'webhooks-enable',
  `update webhooks set disabled_at = null, disabled_reason = null,
          position = case when disabled_at is null then position else $2 end
    where id = $1 returning ${webhookColumns}`,
);
const DISABLE = statement(
  'webhooks-disable',
  `with w as (
     update webhooks set disabled_at = clock_timestamp(), disabled_reason = $3
      where id = $2::uuid and disabled_at is null and (select fence($1)) returning id
   ), d as (
     update webhook_deliveries d set state = 'failed', last_error = $3, ended_at = clock_timestamp()
       from w where d.webhook_id = w.id and d.state = 'pending' returning d.id
   )
   select (select count(*)::int from d) as failed from w`,
);

/** The stored webhook, audited; undefined when there are `limit` of them already. Run it in a transaction. */
export async function insertWebhook(sql: Sql, webhook: NewWebhook, limit: number): Promise<WebhookRow | undefined> {
  const { id, url, events, workflowId, secret, position, createdBy } = webhook;
  const [row] = await sql.run<WebhookRow>(INSERT, [id, url, events, workflowId, secret, position, createdBy, limit]);
  if (row) await auditMeshAction(sql, 'webhook-created', createdBy, `${id} ${events.join(',')}`);
  return row;
}

/** Deletes it with its deliveries, audited; false when there is none. Run it in a transaction. */
export async function deleteWebhook(sql: Sql, id: string, actor: string): Promise<boolean> {
  const [row] = await sql.run(DELETE, [id]);
  if (row) await auditMeshAction(sql, 'webhook-deleted', actor, id);
  return row !== undefined;
}

/** Tells it again, from `position` on when it was disabled; audited. Run it in a transaction. */
export async function enableWebhook(
  sql: Sql,
  id: string,
  position: number,
  actor: string,
): Promise<WebhookRow | undefined> {
  const [row] = await sql.run<WebhookRow>(ENABLE, [id, position]);
  if (row) await auditMeshAction(sql, 'webhook-enabled', actor, id);
  return row;
}

/**
 * Tells it nothing more: what waits for it is given up. Resolves with how many that were, undefined when it was
 * disabled already. Throws LeaseLostError (I3). Run it in a transaction.
 */
export async function disableWebhook(sql: Sql, epoch: number, id: string, reason: string): Promise<number | undefined> {
  const [row] = await sql.run<{ failed: number }>(DISABLE, [epoch, id, reason]);
  if (row) await auditMeshAction(sql, 'webhook-disabled', 'orchestrator', `${id} ${reason}`);
  return row?.failed;
}
