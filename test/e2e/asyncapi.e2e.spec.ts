import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type Bus, connectBus, createMessenger, type Messenger } from '@baton/bus';
import { createLogger } from '@baton/observability';
import { eventually, testFolder } from '@baton/testing';
import { type Services, startServices } from '../../tools/services';
import { MeshUnderTest } from './mesh-under-test';

/** The AsyncAPI document says what a running mesh has on its broker, and the broker has what the document says. */
interface Binding {
  readonly exchange: string;
  readonly key: string;
}
interface ToldQueue {
  readonly queue: {
    readonly name: string;
    readonly durable: boolean;
    readonly exclusive: boolean;
    readonly autoDelete: boolean;
  };
  readonly 'x-arguments': Record<string, unknown>;
  readonly 'x-bindings': readonly Binding[];
  readonly 'x-bindings-on-demand'?: readonly Binding[];
}
interface Channel {
  readonly bindings?: {
    readonly amqp: { readonly is: string; readonly exchange?: { readonly name: string } } & Partial<ToldQueue>;
  };
}
interface LiveQueue {
  readonly name: string;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly auto_delete: boolean;
  readonly arguments: Record<string, unknown>;
}
interface LiveBinding {
  readonly source: string;
  readonly destination: string;
  readonly routing_key: string;
}

let dataDir: string;
let services: Services;
let under: MeshUnderTest;
let bus: Bus;
let messenger: Messenger;
let channels: Record<string, Channel>;

async function managed<Item>(path: string): Promise<Item[]> {
  const url = new URL(services.managementUrl ?? '');
  const authorization = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`;
  const response = await fetch(`${url.origin}/api/${path}`, { headers: { authorization } });
  return (await response.json()) as Item[];
}

beforeAll(async () => {
  dataDir = testFolder('asyncapi-services');
  services = await startServices({ dataDir, management: true, progress: () => undefined });
  const { messageQueueUrl, databaseUrl } = services;
  under = await MeshUnderTest.start({ messageQueueUrl, databaseUrl, orchestrators: 2 });
  const logger = createLogger('asyncapi', 'silent');
  bus = await connectBus({ url: messageQueueUrl, name: 'asyncapi', source: '/services/asyncapi', logger });
  messenger = createMessenger({ bus, logger, addresses: ['asyncapi'], owner: randomUUID() });
  await messenger.join('weather', [], { create: true, durable: true });
  await messenger.subscribe(['weather.#', 'task.*.probe'], []);
  await messenger.subscribe(['weather.*.storm'], [], { durable: 'storms' });
  const response = await fetch(`${under.mesh.api}/api/asyncapi.json`);
  ({ channels } = (await response.json()) as { channels: Record<string, Channel> });
}, 240_000);
afterAll(async () => {
  await messenger?.close();
  await bus?.close();
  await under?.stop();
  await services?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

test('exchanges', async () => {
  const told = Object.values(channels).flatMap(({ bindings }) => bindings?.amqp.exchange ?? []);
  const named = new Map(told.filter(({ name }) => name !== '').map((exchange) => [exchange.name, exchange]));
  const live = await managed<{ name: string; type: string; durable: boolean; auto_delete: boolean }>('exchanges/%2F');
  const ours = live.filter(({ name }) => name !== '' && !name.startsWith('amq.'));
  const asTold = ours.map(({ name, type, durable, auto_delete }) => ({ name, type, durable, autoDelete: auto_delete }));
  const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
  expect(asTold.sort(byName)).toEqual([...named.values()].sort(byName));
});

test('queues, their arguments and bindings, both ways', async () => {
  const told = Object.entries(channels).flatMap(([name, { bindings }]) =>
    bindings?.amqp.is === 'queue' ? [[name, bindings.amqp as ToldQueue] as const] : [],
  );
  expect(told.length).toBeGreaterThan(15);
  // Queues of health checks, and of doors that are not the brain, come with the first use.
  for (const door of [0, 1]) {
    const task = { capability: 'probe.echo', input: {} };
    await under.client(door).call('POST', '/api/tasks', task, { prefer: 'wait=10' });
  }
  await fetch(`${under.mesh.api}/healthz`);
  await eventually(
    async () => {
      const queues = await managed<LiveQueue>('queues/%2F');
      const bindings = await managed<LiveBinding>('bindings/%2F');
      const matched = queues.map((queue) => {
        const own = bindings.filter(({ source, destination }) => source !== '' && destination === queue.name);
        return { queue: queue.name, as: told.filter(([, one]) => fits(queue, own, one)).map(([name]) => name) };
      });
      expect(matched.filter(({ as }) => as.length === 0)).toEqual([]);
      const seen = new Set(matched.flatMap(({ as }) => as));
      expect(told.map(([name]) => name).filter((name) => !seen.has(name))).toEqual([]);
    },
    { timeoutMs: 30_000 },
  );
}, 60_000);

function fits(live: LiveQueue, bindings: readonly LiveBinding[], told: ToldQueue): boolean {
  const { name, durable, exclusive, autoDelete } = told.queue;
  if (!patternOf(name).test(live.name)) return false;
  if (live.durable !== durable || live.exclusive !== exclusive || live.auto_delete !== autoDelete) return false;
  if (!sameArguments(live.arguments, told['x-arguments'])) return false;
  const wanted = told['x-bindings'];
  const allowed = [...wanted, ...(told['x-bindings-on-demand'] ?? [])];
  const isOf = (binding: LiveBinding, { exchange, key }: Binding): boolean =>
    binding.source === exchange && patternOf(key).test(binding.routing_key);
  return (
    bindings.every((binding) => allowed.some((one) => isOf(binding, one))) &&
    wanted.every((one) => bindings.some((binding) => isOf(binding, one)))
  );
}

function sameArguments(live: Record<string, unknown>, told: Record<string, unknown>): boolean {
  const names = new Set([...Object.keys(live), ...Object.keys(told)]);
  return [...names].every((name) => live[name] === told[name]);
}

/** A name with variable parts in braces, each of which stands for any text. */
function patternOf(template: string): RegExp {
  const parts = template.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`);
}
