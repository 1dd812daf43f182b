/** Who is told of events over HTTP. `position`: the sequence number of the feed up to which deliveries were made. */
export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly workflowId: string | null;
  readonly secret: string;
  readonly position: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  readonly disabledReason: string | null;
}

export const webhookColumns = `id, url, events, workflow_id as "workflowId", secret, position::text as position,
  created_by as "createdBy", created_at as "createdAt", disabled_at as "disabledAt", disabled_reason as "disabledReason"`;

export const deliveryStates = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One event for one webhook. `failed`: given up. */
export interface DeliveryRow {
  readonly id: string;
  readonly webhookId: string;
  readonly type: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly createdAt: Date;
  readonly lastAttemptAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly endedAt: Date | null;
}

export const deliveryColumns = `d.id, d.webhook_id as "webhookId", d.type, d.state, d.attempts, d.due_at as "dueAt",
  d.created_at as "createdAt", d.last_attempt_at as "lastAttemptAt", d.last_status as "lastStatus",
  d.last_error as "lastError", d.ended_at as "endedAt"`;
