import { type NewDelivery, type WebhookRow } from '@baton/persistence';
import { matches } from '../events/event-filter';
import { type FeedEvent } from '../events/mesh-event';

/** What a page of the feed means for these webhooks: one delivery for each event a webhook wants and has not had. Pure. */
export function newDeliveries(
  events: readonly FeedEvent[],
  webhooks: readonly WebhookRow[],
  newId: () => string,
): NewDelivery[] {
  return events.flatMap(({ sequence, event }) => {
    const wanted = webhooks.filter(({ position, events: types, workflowId }) => {
      return sequence > Number(position) && matches({ types, workflowId: workflowId ?? undefined }, event);
    });
    if (wanted.length === 0) return [];
    const payload = JSON.stringify({ type: event.type, timestamp: event.at, data: { ...event, sequence } });
    return wanted.map(({ id }) => ({ id: newId(), webhookId: id, type: event.type, payload }));
  });
}
