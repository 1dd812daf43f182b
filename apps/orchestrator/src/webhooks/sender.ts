import { type Logger } from '@baton/observability';
import {
  type Database,
  disableWebhook,
  type DueDelivery,
  dueDeliveries,
  hastenDeliveries,
  recordDelivery,
} from '@baton/persistence';
import { type Answer, judge, type Judged } from './delivery-attempt';
import { post } from './outbound';
import { Patience } from './patience';
import { type RetrySchedule } from './retry-schedule';
import { signedHeaders } from './signature';
import { type WebhookMetrics } from './webhook-metrics';

export interface SenderParts {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: WebhookMetrics;
  readonly allowPrivate: boolean;
  readonly schedule: RetrySchedule;
  readonly userAgent: string;
  /** Of one attempt; default 15 s. */
  readonly timeoutMs?: number;
}

/**
 * Deliveries under way at once, over all and per webhook. Each webhook has a share that no other can take, so that slow
 * receivers, however many, hold up nobody else.
 */
const AT_ONCE = 128;
const PER_WEBHOOK = 8;
const shareOf = (webhooks: number): number => Math.max(1, Math.min(PER_WEBHOOK, Math.floor(AT_ONCE / webhooks)));
/** Until the status of the answer. */
const TIMEOUT_MS = 15_000;

/**
 * Sends what is due. An attempt is recorded after its answer: who dies in between sends it again, with the same id, so
 * each delivery comes at least once. Deliveries of one webhook may overtake each other.
 */
export class Sender {
  private readonly underWay = new Map<string, { readonly webhookId: string; readonly done: Promise<void> }>();
  private readonly patience = new Patience();
  private readonly leaving = new AbortController();

  constructor(
    private readonly parts: SenderParts,
    /** An attempt has ended: there is room for more. */
    private readonly onEnded: () => void,
  ) {}

  /** Starts what there is room for; resolves when that has been looked up, with how many were started. */
  async send(epoch: number, webhookIds: readonly string[]): Promise<number> {
    this.patience.keep(new Set(webhookIds));
    if (webhookIds.length === 0 || this.underWay.size >= AT_ONCE) return 0;
    const without = { ids: [...this.underWay.keys()], webhookIds: this.patience.resting(performance.now()) };
    const share = shareOf(webhookIds.length);
    const due = await dueDeliveries(this.parts.database, without, share);
    let started = 0;
    for (const delivery of due) {
      if (!this.hasRoom(delivery.webhookId, share)) continue;
      const done = this.deliver(epoch, delivery).finally(() => {
        this.underWay.delete(delivery.id);
        this.onEnded();
      });
      this.underWay.set(delivery.id, { webhookId: delivery.webhookId, done });
      started += 1;
    }
    return started;
  }

  /** Cuts what is under way: it is not recorded, and whoever is the brain next sends it again. */
  async stop(): Promise<void> {
    this.leaving.abort();
    await Promise.all([...this.underWay.values()].map(({ done }) => done));
  }

  private hasRoom(webhookId: string, share: number): boolean {
    const own = [...this.underWay.values()].filter((one) => one.webhookId === webhookId).length;
    return this.underWay.size < AT_ONCE && own < this.patience.room(webhookId, share);
  }

  private async deliver(epoch: number, delivery: DueDelivery): Promise<void> {
    const answer = await this.attempt(delivery);
    if (this.leaving.signal.aborted) return;
    const { schedule, database, logger } = this.parts;
    const judged = judge(delivery, answer, { schedule, now: database.now(), chance: Math.random() });
    try {
      await this.record(epoch, delivery, judged);
    } catch (error) {
      // Still pending in the database: it is sent again.
      logger.warn({ event: 'webhooks.record', webhook: delivery.webhookId, err: error }, 'a delivery was not recorded');
    }
  }

  private async attempt({ id, url, secret, payload }: DueDelivery): Promise<Answer> {
    const { database, userAgent, allowPrivate, timeoutMs } = this.parts;
    const headers = { 'user-agent': userAgent, ...signedHeaders(secret, `msg_${id}`, database.now(), payload) };
    const options = { timeoutMs: timeoutMs ?? TIMEOUT_MS, allowPrivate, signal: this.leaving.signal };
    try {
      return { status: await post(new URL(url), headers, payload, options) };
    } catch (error) {
      return { error: error instanceof Error && error.message !== '' ? error.message : String(error) };
    }
  }

  private async record(epoch: number, { webhookId }: DueDelivery, { outcome, result }: Judged): Promise<void> {
    const { database, metrics } = this.parts;
    metrics.tried(result);
    if (result !== 'delivered') this.patience.failed(webhookId, performance.now());
    await recordDelivery(database, epoch, outcome);
    if (result === 'gone') {
      const reason = 'The receiver answered 410 Gone.';
      await database.transaction((sql) => disableWebhook(sql, epoch, webhookId, reason));
    }
    // It is back: what waits for a later attempt need not.
    const back = result === 'delivered' ? this.patience.succeeded(webhookId, performance.now()) : undefined;
    if (back) await hastenDeliveries(database, epoch, webhookId, back.withinMs);
  }
}
