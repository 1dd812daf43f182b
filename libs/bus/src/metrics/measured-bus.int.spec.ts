import { NotFoundError } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { Registry } from 'prom-client';
import { Buses, counted, durableQueue, exclusiveQueue, one, to, unique } from '../../test/bus-fixture';
import { type Bus, outgoing } from '../bus';
import { respond, responder } from '../respond';
import { exchanges, routes } from '../topology';
import { MeasuredBus } from './measured-bus';
import { PrometheusMeter } from './prometheus-meter';

const buses = new Buses();
const registry = new Registry();
let bus: Bus;

beforeAll(async () => {
  bus = new MeasuredBus((await buses.open()).bus, new PrometheusMeter(registry));
});
afterAll(() => buses.closeAll());

/** Lines of the exposition that carry all of the labels. */
async function value(metric: string, labels: Record<string, string>): Promise<number> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith(`${metric}{`));
  const wanted = Object.entries(labels).map(([name, label]) => `${name}="${label}"`);
  const found = lines.filter((line) => wanted.every((label) => line.includes(label)));
  return found.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

test.each([
  ['direct', () => routes.live(unique('address'))],
  ['broadcast', () => routes.channel(unique('channel'))],
  ['publish-subscribe', () => routes.event(unique('event'))],
] as const)('%s messages are counted where they are sent and where they are handled', async (pattern, place) => {
  const target = place();
  await bus.consume({ ...exclusiveQueue(), bindings: [target] }, () => 'done');
  const before = await value('baton_bus_delivery_seconds_count', { pattern });
  await bus.publish(target, [one(1), one(2)], { durable: true });
  await eventually(async () => {
    expect(await value('baton_bus_sent_total', { pattern, outcome: 'sent' })).toBe(2);
    expect(await value('baton_bus_handled_total', { pattern, outcome: 'done' })).toBe(2);
    expect(await value('baton_bus_delivery_seconds_count', { pattern })).toBe(before + 1);
  });
});

test('one publish to several is multicast, at both ends', async () => {
  const addresses = [unique('a'), unique('b')];
  for (const address of addresses) {
    await bus.consume({ ...exclusiveQueue(), bindings: [routes.live(address)] }, () => 'done');
  }
  const [first = '', second = ''] = addresses;
  const target = { ...routes.live(first), cc: [routes.live(second).key] };
  await bus.publish(target, one(1), { mandatory: true });
  await eventually(async () => {
    expect(await value('baton_bus_sent_total', { pattern: 'multicast', outcome: 'sent' })).toBe(1);
    expect(await value('baton_bus_handled_total', { pattern: 'multicast', outcome: 'done' })).toBe(2);
  });
});

test('what nobody takes and what a handler throws on are errors of their pattern', async () => {
  await bus.publish({ exchange: exchanges.messages.name, key: unique('nobody') }, one(1), { mandatory: true });
  const queue = durableQueue();
  await bus.consume(queue, () => {
    throw new NotFoundError('NOT_FOUND', 'This');
  });
  await bus.publish(to(queue), one(1), { durable: true });
  await eventually(async () => {
    expect(await value('baton_bus_sent_total', { pattern: 'direct', outcome: 'unroutable' })).toBe(1);
    expect(await value('baton_bus_handled_total', { pattern: 'direct', outcome: 'failed' })).toBe(1);
  });
});

test('requests are timed by how they ended', async () => {
  const queue = exclusiveQueue();
  const answer = responder(counted, ({ data }) => {
    if (data.n < 0) throw new NotFoundError('NOT_FOUND', 'That');
    return outgoing(counted, { n: data.n + 1 });
  });
  await respond(bus, queue, [answer]);
  await bus.request(to(queue), one(1));
  await expect(bus.request(to(queue), one(-1))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(bus.request(to(exclusiveQueue()), one(1))).rejects.toMatchObject({ code: 'UNROUTABLE' });
  for (const outcome of ['answered', 'refused', 'unroutable']) {
    expect(await value('baton_bus_request_seconds_count', { outcome })).toBe(1);
  }
  expect(await value('baton_bus_handled_total', { pattern: 'request-response', outcome: 'done' })).toBe(2);
});
