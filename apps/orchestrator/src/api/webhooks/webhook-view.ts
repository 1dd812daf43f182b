import { type DeliveryRow, type WebhookRow } from '@baton/persistence';

/** A webhook as the API shows it. Its secret is shown once, when it is created. */
export interface WebhookView {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly workflowId: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly disabledAt: string | null;
  readonly disabledReason: string | null;
}

export interface DeliveryView {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly attempts: number;
  readonly createdAt: string;
  readonly nextAttemptAt: string | null;
  readonly lastAttemptAt: string | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

export function toWebhook(row: WebhookRow): WebhookView {
  const { id, url, events, workflowId, createdBy, createdAt, disabledAt, disabledReason } = row;
  const times = { createdAt: createdAt.toISOString(), disabledAt: disabledAt?.toISOString() ?? null };
  return { id, url, events, workflowId, createdBy, ...times, disabledReason };
}

export function toDelivery(row: DeliveryRow): DeliveryView {
  const { id, type, state, attempts, createdAt, dueAt, lastAttemptAt, lastStatus, lastError } = row;
  return {
    ...{ id, type, state, attempts, createdAt: createdAt.toISOString() },
    nextAttemptAt: state === 'pending' ? dueAt.toISOString() : null,
    ...{ lastAttemptAt: lastAttemptAt?.toISOString() ?? null, lastStatus, lastError },
  };
}
