import { type JsonObject } from '@baton/contracts';
import { deliveryStates } from '@baton/persistence';
import { webhookCreateSchema } from '../../api/webhooks/webhook-bodies';
import { answer, id, integer, list, oneOf, orNull, page, ref, text, time } from './parts';

const webhook = {
  id,
  url: text,
  events: list(text),
  workflowId: orNull(id),
  createdBy: text,
  createdAt: time,
  disabledAt: { ...orNull(time), description: 'Since when nothing is sent to it.' },
  disabledReason: orNull(text),
};

export const webhookSchemas = {
  WebhookCreate: webhookCreateSchema,
  Webhook: answer(webhook),
  WebhookCreated: answer({
    ...webhook,
    secret: { ...text, description: 'whsec_ and 24 bytes in base64: verifies the signatures. Shown once.' },
  }),
  WebhookList: answer({ items: list(ref('Webhook')), nextCursor: { type: 'null' } }),
  WebhookDelivery: answer({
    id: { ...id, description: 'webhook-id is msg_ and this.' },
    type: text,
    state: { ...oneOf(deliveryStates), description: 'failed: given up.' },
    attempts: integer,
    createdAt: time,
    nextAttemptAt: orNull(time),
    lastAttemptAt: orNull(time),
    lastStatus: orNull(integer),
    lastError: orNull(text),
  }),
  WebhookDeliveryPage: page('WebhookDelivery'),
} satisfies Record<string, JsonObject>;
