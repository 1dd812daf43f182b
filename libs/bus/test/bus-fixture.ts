import { randomUUID } from 'node:crypto';
import { defineMessage } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { connectBus, queues, type Bus, type ConnectBusOptions, type Delivery, type QueueSpec } from '../src';

export const counted = defineMessage<{ n: number }>({
  type: 'io.baton.test.counted.v1',
  summary: 'A number, for tests.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['n'],
    properties: { n: { type: 'integer' } },
  },
});

/** Something nobody else uses. */
export function unique(prefix: string): string {
  return `test.${prefix}.${randomUUID()}`;
}

export function durableQueue(name = unique('durable')): QueueSpec {
  return { name, life: 'durable', bindings: [] };
}

export function exclusiveQueue(name = unique('exclusive')): QueueSpec {
  return { name, life: 'exclusive', bindings: [] };
}

/** The queue itself as target, by the default exchange. */
export function to(queue: QueueSpec): { exchange: string; key: string } {
  return { exchange: '', key: queue.name };
}

export function numbers(delivery: Delivery): number[] {
  return delivery.events.map((event) => (event.data as { n: number }).n);
}

/** Buses of one spec file; all are closed by `closeAll`. */
export class Buses {
  private readonly open: Bus[] = [];

  async connect(url: string, more: Partial<ConnectBusOptions> = {}): Promise<Bus> {
    const logger = createLogger('bus-test', 'silent');
    const bus = await connectBus({ url, name: 'bus-test', source: '/tests/bus', logger, heartbeatSeconds: 1, ...more });
    this.open.push(bus);
    return bus;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.open.splice(0).map((bus) => bus.close()));
  }
}

/** Collects the dead letters that come from one queue. */
export async function deadLettersOf(bus: Bus, origin: QueueSpec): Promise<Delivery[]> {
  const letters: Delivery[] = [];
  const queue = { ...exclusiveQueue(), bindings: queues.deadLetters.bindings };
  await bus.consume(queue, (delivery) => {
    if (delivery.headers['baton-origin'] === origin.name) letters.push(delivery);
    return 'done';
  });
  return letters;
}
