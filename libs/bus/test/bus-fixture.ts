import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { defineMessage } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { testBroker, type TestBroker } from '@baton/testing';
import {
  connectBus,
  outgoing,
  queues,
  type Bus,
  type ConnectBusOptions,
  type Delivery,
  type Outgoing,
  type QueueSpec,
} from '../src';

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

/** One of those. */
export function one(n: number): Outgoing {
  return outgoing(counted, { n });
}

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

/** How many messages wait in a queue. */
export async function countOf(url: string, queue: QueueSpec): Promise<number> {
  const model = await connect(url);
  const { messageCount } = await (await model.createChannel()).checkQueue(queue.name);
  await model.close();
  return messageCount;
}

/** Buses of one spec file, and the broker they are on when it is opened here; `closeAll` ends them all. */
export class Buses {
  private readonly connected: Bus[] = [];
  private broker: TestBroker | undefined;

  /** The broker of the spec file, and a first bus on it. */
  async open(): Promise<{ readonly broker: TestBroker; readonly bus: Bus }> {
    const broker = (this.broker ??= await testBroker());
    return { broker, bus: await this.connect(broker.url) };
  }

  async connect(url: string, more: Partial<ConnectBusOptions> = {}): Promise<Bus> {
    const logger = createLogger('bus-test', 'silent');
    const bus = await connectBus({ url, name: 'bus-test', source: '/tests/bus', logger, heartbeatSeconds: 1, ...more });
    this.connected.push(bus);
    return bus;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.connected.splice(0).map((bus) => bus.close()));
    await this.broker?.close();
  }
}

/** The numbers that come from a queue, as they come. */
export async function collect(bus: Bus, queue: QueueSpec): Promise<number[]> {
  const got: number[] = [];
  await bus.consume(queue, (delivery) => {
    got.push(...numbers(delivery));
    return 'done';
  });
  return got;
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
