import { randomUUID } from 'node:crypto';
import { createLogger, createMetricsRegistry } from '@baton/observability';
import { statement, takeBrainLease } from '@baton/persistence';
import { EventSource } from '../src/events/event-source';
import { Courier, type CourierParts } from '../src/webhooks/courier';
import { WebhookMetrics } from '../src/webhooks/webhook-metrics';
import { echo, specDoor, type SpecDoor } from './spec-door';
import { WebhookReceiver } from './webhook-receiver';

export interface Created {
  readonly id: string;
  readonly secret: string;
}
export interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly nextAttemptAt: string | null;
}

const EXPIRE = statement('test-lease-free', `update leases set expires_at = '-infinity'`);
const schedule = { delaysMs: [20, 40, 60_000], giveUpAfterMs: 3_600_000 };

/** Webhooks of the spec file that calls this, with couriers and receivers that are gone after each test. */
export function webhookOffice(): WebhookOffice {
  const door = specDoor();
  const office = new WebhookOffice(door);
  beforeAll(() => office.open());
  afterEach(() => office.clear());
  return office;
}

export class WebhookOffice {
  readonly registry = createMetricsRegistry('spec');
  /** Of the last brain that took office. */
  epoch: number | undefined;
  private metrics: WebhookMetrics | undefined;
  private readonly couriers: Courier[] = [];
  private readonly receivers: WebhookReceiver[] = [];

  constructor(readonly door: SpecDoor) {}

  open(): void {
    this.metrics = new WebhookMetrics(this.registry, this.door.database);
  }

  async clear(): Promise<void> {
    for (const courier of this.couriers.splice(0)) await courier.stop();
    for (const receiver of this.receivers.splice(0)) await receiver.goDown();
    for (const { id } of (await this.door.get('/api/webhooks')).json<{ items: Created[] }>().items) {
      await this.door.app.inject({ method: 'DELETE', url: `/api/webhooks/${id}`, headers: this.door.bearer });
    }
  }

  /** The next brain, with its courier. */
  async takeOffice(more: Partial<CourierParts> = {}): Promise<Courier> {
    const { database } = this.door;
    await database.run(EXPIRE);
    const own = await takeBrainLease(database, randomUUID(), 60_000);
    this.epoch = own;
    const courier = new Courier({
      ...{ database, logger: createLogger('spec', 'silent'), schedule, allowPrivate: true },
      metrics: this.metrics as WebhookMetrics,
      ...{ source: new EventSource(database), epoch: () => own, userAgent: 'Baton-Webhooks/0' },
      ...more,
    });
    courier.start();
    this.couriers.push(courier);
    return courier;
  }

  async receive(): Promise<WebhookReceiver> {
    const receiver = await WebhookReceiver.start();
    this.receivers.push(receiver);
    return receiver;
  }

  async register(receiver: { readonly url: string }, more: object = {}): Promise<Created> {
    const answer = await this.door.post('/api/webhooks', { url: receiver.url, events: ['task.*'], ...more });
    expect(answer.statusCode).toBe(201);
    return answer.json();
  }

  /** As many events at once, one of each task; resolves with the ids of the tasks. */
  async submit(count: number): Promise<string[]> {
    const tasks = Array.from({ length: count }, () => echo());
    const answer = await this.door.post('/api/tasks/batch', { tasks });
    return answer.json<{ items: { id: string }[] }>().items.map(({ id }) => id);
  }

  async deliveries({ id }: Created, query = ''): Promise<Delivery[]> {
    return (await this.door.get(`/api/webhooks/${id}/deliveries${query}`)).json<{ items: Delivery[] }>().items;
  }
}

/** The tasks a receiver has heard of, sorted; more than once where it has heard so. */
export const idsOf = (receiver: WebhookReceiver): string[] => receiver.events.map(({ data }) => data.id).sort();
