import { addDeliveries, type Database, type WebhookRow } from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { type EventSource } from '../events/event-source';
import { newDeliveries } from './new-deliveries';

/** Sequence numbers that may be read a second time after a restart, when they held nothing for a webhook. */
const SAVE_EVERY = 10_000 * 1_000_000;

/**
 * Turns the feed into deliveries. They are stored with the position they were read up to in one statement: none is
 * missed and none made twice, whoever dies when. A position that only passes over what nobody wants is kept in memory.
 */
export class FeedReader {
  private readonly passed = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly source: EventSource,
  ) {}

  /** Takes one page on; false: there is more. Throws LeaseLostError. */
  async readOn(epoch: number, webhooks: readonly WebhookRow[]): Promise<boolean> {
    const from = Math.min(...webhooks.map((webhook) => this.positionOf(webhook)));
    const { events, seen, atEnd } = await this.source.after(from);
    const made = newDeliveries(events, webhooks, uuidV7);
    const isFar = webhooks.some(({ position }) => seen - Number(position) > SAVE_EVERY);
    const read = { position: seen, webhookIds: webhooks.map(({ id }) => id) };
    if (made.length > 0 || isFar) await addDeliveries(this.database, epoch, read, made);
    this.passed.clear();
    for (const webhook of webhooks) this.passed.set(webhook.id, Math.max(seen, Number(webhook.position)));
    return atEnd;
  }

  private positionOf({ id, position }: WebhookRow): number {
    return Math.max(Number(position), this.passed.get(id) ?? 0);
  }
}
