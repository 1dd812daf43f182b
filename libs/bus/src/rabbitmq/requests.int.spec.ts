import { eventually, TcpProxy, type TestBroker } from '@baton/testing';
import { NotFoundError } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { Buses, counted, durableQueue, exclusiveQueue, one, to, unique } from '../../test/bus-fixture';
import { respond, responder, routes, wireLimits, type Bus, type Verdict } from '..';

const buses = new Buses();
let broker: TestBroker;
let bus: Bus;

beforeAll(async () => ({ broker, bus } = await buses.open()));
afterAll(() => buses.closeAll());

const logger = createLogger('bus-test', 'silent');
const increment = responder(counted, (event) => {
  if (event.data.n < 0) throw new NotFoundError('NOT_FOUND', `Number ${event.data.n}`);
  if (event.data.n === 0) throw new TypeError('the password is secret');
  return one(event.data.n + 1);
});

test('a request is answered, and the answer names it', async () => {
  const queue = exclusiveQueue();
  await respond(bus, queue, [increment], { logger });
  const reply = await bus.request<{ n: number }>(to(queue), { ...one(1), id: 'question' });
  expect(reply).toMatchObject({ type: counted.type, data: { n: 2 }, correlationid: 'question', source: '/tests/bus' });
});

test('fifty requests at once each get their own answer', async () => {
  const queue = durableQueue();
  await respond(bus, queue, [increment], { logger });
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, n) => bus.request<{ n: number }>(to(queue), one(n + 1))),
  );
  expect(replies.map((reply) => reply.data.n)).toEqual(Array.from({ length: 50 }, (_, n) => n + 2));
});

test.each([
  ['our error keeps its code and status', -1, { code: 'NOT_FOUND', problem: { status: 404 }, recovery: 'reject' }],
  ['a bug says nothing of itself', 0, { code: 'INTERNAL', message: expect.not.stringContaining('secret') }],
  ['data that does not fit is named', 'x', { code: 'VALIDATION_FAILED', problem: { errors: [{ path: 'n' }] } }],
])('a request that fails is answered by a problem: %s', async (_rule, n, error) => {
  const queue = exclusiveQueue();
  await respond(bus, queue, [increment], { logger });
  await expect(bus.request(to(queue), { kind: counted, data: { n } })).rejects.toMatchObject(error);
});

test('a request of a type nobody answers is told so', async () => {
  const queue = exclusiveQueue();
  await respond(bus, queue, [increment], { logger });
  const other = { kind: { ...counted, type: 'io.baton.test.other.v1' }, data: { n: 1 } };
  await expect(bus.request(to(queue), other)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
});

test('an answer that is too large comes back as a problem, not as silence', async () => {
  const queue = exclusiveQueue();
  const large = responder(counted, () => ({ kind: counted, dataJson: `"${'x'.repeat(wireLimits.eventDataBytes)}"` }));
  await respond(bus, queue, [large], { logger });
  await expect(bus.request(to(queue), one(1))).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
});

test('a request to nobody fails at once', async () => {
  const started = Date.now();
  await expect(bus.request(routes.inbox(unique('nobody')), one(1), { timeoutMs: 30_000 })).rejects.toMatchObject({
    code: 'UNROUTABLE',
  });
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('a request that is not answered ends at its time', async () => {
  const queue = exclusiveQueue();
  await bus.consume(queue, () => 'done');
  await expect(bus.request(to(queue), one(1), { timeoutMs: 50 })).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
});

test('pending requests fail at once when the connection is lost, and the next one works', async () => {
  const proxy = await TcpProxy.inFrontOf(broker.url);
  const remote = await buses.connect(proxy.url);
  const queue = exclusiveQueue();
  let asked = 0;
  await bus.consume(queue, async (delivery): Promise<Verdict> => {
    if (++asked > 1) await delivery.reply(one(5));
    return 'done';
  });
  const pending = remote.request(to(queue), one(1), { timeoutMs: 60_000 });
  const failed = expect(pending).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
  await eventually(() => asked === 1);
  proxy.cut();
  await failed;
  proxy.mend();
  expect(await remote.request(to(queue), one(1))).toMatchObject({ data: { n: 5 } });
  await remote.close();
  await proxy.close();
});
