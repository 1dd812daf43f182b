import { type Sql, statement } from '../sql';
import { deliveryColumns, type DeliveryRow, type DeliveryState, webhookColumns, type WebhookRow } from './webhook-row';

const GET = statement('webhooks-get', `select ${webhookColumns} from webhooks where id = $1`);
const LIST = statement('webhooks-list', `select ${webhookColumns} from webhooks order by id`);
const ENABLED = statement(
  'webhooks-enabled',
  `select ${webhookColumns} from webhooks where disabled_at is null order by id`,
);
const DELIVERIES = statement(
  'webhook-deliveries-list',
  `select ${deliveryColumns} from webhook_deliveries d
    where webhook_id = $1 and ($2::text is null or state = $2) and ($3::uuid is null or id < $3)
    order by id desc limit $4`,
);
const WAITING = statement(
  'webhook-deliveries-waiting',
  `select webhook_id as id, count(*)::int as waiting from webhook_deliveries where state = 'pending' group by 1`,
);

export async function getWebhook(sql: Sql, id: string): Promise<WebhookRow | undefined> {
  const [row] = await sql.run<WebhookRow>(GET, [id]);
  return row;
}

/** Oldest first; there are few. */
export function listWebhooks(sql: Sql): Promise<WebhookRow[]> {
  return sql.run<WebhookRow>(LIST);
}

export function enabledWebhooks(sql: Sql): Promise<WebhookRow[]> {
  return sql.run<WebhookRow>(ENABLED);
}

/** Newest first. `before` is the last id of the page that went before. */
export function listDeliveries(
  sql: Sql,
  webhookId: string,
  page: { readonly limit: number; readonly state?: DeliveryState | undefined; readonly before?: string | undefined },
): Promise<DeliveryRow[]> {
  return sql.run<DeliveryRow>(DELIVERIES, [webhookId, page.state ?? null, page.before ?? null, page.limit]);
}

/** How many deliveries each webhook waits for; those without any are absent. */
export async function waitingDeliveries(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql.run<{ id: string; waiting: number }>(WAITING);
  return new Map(rows.map(({ id, waiting }) => [id, waiting]));
}
