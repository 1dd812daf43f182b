import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { NotFoundError } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { BusContext, requestsTo } from '.';
import { Buses, counted, deadLettersOf, one, to, unique } from '../../test/bus-fixture';
import { party } from '../../test/messaging-fixture';
import { NestServices } from '../../test/nest-fixture';
import { outgoing, queues, routes, type Bus } from '..';

const room = unique('room');
const heard: string[] = [];
const tries: string[] = [];
let failures = 2;

@Controller()
class NumbersController {
  @MessagePattern(counted.type)
  increment(@Payload() data: { n: number }): { n: number } | undefined {
    if (data.n === 0) throw new NotFoundError('NOT_FOUND', 'Zero');
    if (data.n === 666) throw new Error('a secret');
    if (data.n < 0) throw new RpcException({ code: 'CAPABILITY_UNKNOWN', message: 'negative' });
    return data.n === 1000 ? undefined : { n: data.n + 1 };
  }

  @EventPattern<string>(`${room}.*.done`)
  done(@Payload() data: { n: number }, @Ctx() context: BusContext): void {
    const { key = '', pattern } = context.message;
    heard.push(`done ${data.n} ${pattern} ${key.replace(room, '')} ${context.event.type}`);
  }

  @EventPattern<string>(`${room}.#`)
  all(@Payload() data: { n: number }): void {
    if (data.n === 13) throw new NotFoundError('NOT_FOUND', 'Thirteen');
    if (data.n === 14) throw new Error('poison');
    heard.push(`all ${data.n}`);
  }

  @EventPattern<string>(`${room}.#.last`)
  last(@Payload() data: { n: number }): void {
    heard.push(`last ${data.n}`);
  }

  @EventPattern<string>(`${room}.twice`, { filter: { headers: { colour: 'red' } } })
  first(@Payload() data: { n: number }, @Ctx() context: BusContext): void {
    tries.push(`first ${data.n} ${context.message.redelivered}`);
  }

  @EventPattern<string>(`${room}.twice`)
  second(@Payload() data: { n: number }, @Ctx() context: BusContext): void {
    tries.push(`second ${data.n} ${context.message.redelivered}`);
    if (failures-- > 0) throw new Error('not yet');
  }
}

const buses = new Buses();
const services = new NestServices();
const service = unique('service');
const requests = requestsTo(party('numbers'));
const queueOf = (pattern: string) => queues.sharedSubscription(`${service}.${pattern}`, [pattern]);
let bus: Bus;

beforeAll(async () => {
  ({ bus } = await buses.open());
  await services.start(bus, [NumbersController], { service, requests, kinds: [counted] });
});
afterAll(async () => {
  await services.closeAll();
  await buses.closeAll();
});
const say = (key: string, n: number, headers = {}) =>
  bus.publish(routes.event(`${room}.${key}`), one(n), { durable: true, headers });

test('a request is answered by its message pattern', async () => {
  const reply = await bus.request<{ n: number }>(to(requests), one(1));
  expect(reply).toMatchObject({ type: `${counted.type}.reply`, data: { n: 2 } });
  expect((await bus.request(to(requests), one(1000))).data).toBeNull();
});

test.each([
  ['our error', 0, 'NOT_FOUND'],
  ['an RpcException with our code', -1, 'CAPABILITY_UNKNOWN'],
  ['data that does not fit', 0.5, 'VALIDATION_FAILED'],
  ['an error of somebody else', 666, 'INTERNAL'],
])('%s comes back as a problem', async (_what, n, code) => {
  await expect(bus.request(to(requests), outgoing(counted, { n }))).rejects.toMatchObject({ code });
});

test('a request nobody answers is a problem; sent without reply-to it is a dead letter', async () => {
  const letters = await deadLettersOf(bus, requests);
  const stranger = { kind: { type: 'io.baton.test.unknown.v1', summary: '', schema: true }, data: {} };
  const known = new RegExp(`does not take messages of type io.baton.test.unknown.v1.*${counted.type}`);
  await expect(bus.request(to(requests), stranger)).rejects.toThrow(known);
  await bus.publish(to(requests), stranger, { durable: true });
  await bus.publish(to(requests), one(0), { durable: true });
  await eventually(() => expect(letters).toHaveLength(2));
  expect(letters.map(({ headers }) => headers['baton-reason'])).toEqual([
    expect.stringMatching(known),
    expect.stringMatching(/^NOT_FOUND: Zero/),
  ]);
});

test('events reach the handlers whose pattern matches, each once', async () => {
  await say('a.done', 1);
  await say('a.b.done', 2);
  await say('last', 3);
  await say('x.y.last', 4);
  const expected = ['all 1', 'all 2', 'all 3', 'all 4', `done 1 publish-subscribe .a.done ${counted.type}`];
  await eventually(() => expect([...heard].sort()).toEqual([...expected, 'last 3', 'last 4']));
});

test('the same event sent again is not handled again', async () => {
  const event = { ...one(21), id: unique('id') };
  await bus.publish(routes.event(`${room}.again`), event, { durable: true });
  await bus.publish(routes.event(`${room}.again`), event, { durable: true });
  await say('again', 22);
  await eventually(() => expect(heard).toContain('all 22'));
  expect(heard.filter((line) => line === 'all 21')).toHaveLength(1);
});

test('of several handlers of one pattern only those that failed try again', async () => {
  await say('twice', 1, { colour: 'red' });
  await eventually(() => expect(tries).toHaveLength(4));
  expect(tries).toEqual(['first 1 false', 'second 1 false', 'second 1 true', 'second 1 true']);
  await say('twice', 2, { colour: 'blue' });
  await eventually(() => expect(tries).toContain('second 2 false'));
  expect(tries).not.toContain('first 2 false');
});

test('an event its handler refuses goes to the dead letters of that handler only', async () => {
  const letters = await deadLettersOf(bus, queueOf(`${room}.#`));
  await say('x.done', 13);
  await eventually(() => expect(letters).toHaveLength(1));
  expect(letters[0]?.headers['baton-reason']).toBe(
    'NOT_FOUND: Thirteen does not exist. Check the id, or list what there is.',
  );
  await eventually(() => expect(heard).toContain(`done 13 publish-subscribe .x.done ${counted.type}`));
});

test('poison ends in the dead letters, and what comes after it is handled', async () => {
  const letters = await deadLettersOf(bus, queueOf(`${room}.#`));
  await say('poison', 14);
  await say('poison', 15);
  await eventually(() => expect(heard).toContain('all 15'), { timeoutMs: 20_000 });
  await eventually(() => expect(letters).toHaveLength(1));
  expect(letters[0]?.headers['baton-reason']).toMatch(/the handler failed 6 times: .*poison/);
}, 30_000);

test('an event of a kind the service does not know, or that does not fit, is a dead letter', async () => {
  const letters = await deadLettersOf(bus, queueOf(`${room}.*.done`));
  await bus.publish(routes.event(`${room}.odd.done`), outgoing(counted, { n: 0.5 }), { durable: true });
  const stranger = { kind: { type: 'io.baton.test.unknown.v1', summary: '', schema: true }, data: {} };
  await bus.publish(routes.event(`${room}.odd.done`), stranger, { durable: true });
  await eventually(() => expect(letters).toHaveLength(2));
  const reasons = letters.map(({ headers }) => String(headers['baton-reason']));
  expect(reasons[0]).toMatch(/does not fit/);
  expect(reasons[1]).toMatch(/does not take messages of type io\.baton\.test\.unknown/);
});
