import { randomUUID } from 'node:crypto';
import { type Bus, outgoing, type QueueSpec, type Subscription } from '@baton/bus';
import { defineMessage } from '@baton/contracts';
import { type HealthCheck } from '@baton/observability';

const ping = defineMessage<Record<string, never>>({
  type: 'io.baton.health.ping.v1',
  summary: 'A process asks the broker whether it is there, through a queue of its own.',
  schema: { type: 'object', additionalProperties: false },
});

/** Up when a message gets through the broker into a queue of our own and is confirmed. */
export class BrokerCheck implements HealthCheck {
  readonly name = 'broker';
  private readonly queue: QueueSpec = {
    name: `baton.health.${randomUUID()}`,
    life: 'exclusive',
    bindings: [],
    maxLength: 10,
    deadLetters: false,
  };
  private subscription: Promise<Subscription> | undefined;

  constructor(private readonly bus: Bus) {}

  async check(): Promise<Readonly<Record<string, unknown>>> {
    if (!this.bus.connected) throw new Error('there is no connection to the broker; it is tried again and again');
    await this.subscribe();
    const startedAt = performance.now();
    const target = { exchange: '', key: this.queue.name };
    const outcome = await this.bus.publish(target, outgoing(ping, {}), { mandatory: true });
    if (outcome !== 'sent') throw new Error(`a message to an own queue was ${outcome}`);
    return { roundTripMs: Math.round((performance.now() - startedAt) * 10) / 10 };
  }

  async stop(): Promise<void> {
    const subscription = await this.subscription?.catch(() => undefined);
    await subscription?.stop();
  }

  private async subscribe(): Promise<void> {
    this.subscription ??= this.bus.consume(this.queue, () => 'done', { noAck: true });
    try {
      await this.subscription;
    } catch (error) {
      this.subscription = undefined;
      throw error;
    }
  }
}
