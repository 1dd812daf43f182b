import { type Database, waitingDeliveries } from '@baton/persistence';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What an attempt to deliver came to. `gone`: the receiver answered 410 and is not told any more. */
export type DeliveryResult = 'delivered' | 'retried' | 'failed' | 'gone';

/** What webhooks get from this process, and what waits for them in all. */
export class WebhookMetrics {
  private readonly attempts: Counter<'outcome'>;

  constructor(registry: Registry, database: Database) {
    const registers = [registry];
    this.attempts = new Counter({
      name: 'baton_webhook_deliveries_total',
      help: 'Attempts to deliver to webhooks, by outcome.',
      labelNames: ['outcome'],
      registers,
    });
    const waiting: Gauge = new Gauge({
      name: 'baton_webhook_deliveries_waiting',
      help: 'Deliveries that wait for their receivers.',
      registers,
      collect: async () => {
        const counts = await waitingDeliveries(database);
        waiting.set([...counts.values()].reduce((sum, count) => sum + count, 0));
      },
    });
  }

  tried(outcome: DeliveryResult): void {
    this.attempts.inc({ outcome });
  }
}
