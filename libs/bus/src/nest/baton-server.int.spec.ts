import { type INestMicroservice, Module } from '@nestjs/common';
import { Controller } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { NotFoundError } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { eventually } from '@baton/testing';
import { BatonServer, BusContext, MeshErrorFilter } from '.';
import { Buses, counted, deadLettersOf, durableQueue, exclusiveQueue, to, unique } from '../../test/bus-fixture';
import { outgoing, routes, type Bus } from '..';

const room = unique('room');
const heard: string[] = [];

@Controller()
class NumbersController {
  @MessagePattern(counted.type)
  increment(@Payload() data: { n: number }): { n: number } {
    if (data.n === 0) throw new NotFoundError('NOT_FOUND', 'Zero');
    if (data.n < 0) throw new RpcException({ code: 'CAPABILITY_UNKNOWN', message: 'negative' });
    return { n: data.n + 1 };
  }

  @EventPattern<string>(`${room}.*.done`)
  done(@Payload() data: { n: number }, @Ctx() context: BusContext): void {
    heard.push(`done ${data.n} ${context.delivery.key.replace(room, '')} ${context.event.type}`);
  }

  @EventPattern<string>(`${room}.#`)
  poison(@Payload() data: { n: number }): void {
    if (data.n === 13) throw new NotFoundError('NOT_FOUND', 'Thirteen');
    heard.push(`all ${data.n}`);
  }
}

@Module({ controllers: [NumbersController] })
class NumbersModule {}

const buses = new Buses();
const requests = exclusiveQueue();
const service = unique('service');
let bus: Bus;
let app: INestMicroservice;

beforeAll(async () => {
  ({ bus } = await buses.open());
  const logger = createLogger('bus-test', 'silent');
  const strategy = new BatonServer({ bus, logger, service, requests, kinds: [counted] });
  app = await NestFactory.createMicroservice(NumbersModule, { strategy, logger: false });
  app.useGlobalFilters(new MeshErrorFilter());
  await app.listen();
});
afterAll(async () => {
  await app.close();
  await buses.closeAll();
});

test('a request is answered by its message pattern', async () => {
  const reply = await bus.request<{ n: number }>(to(requests), outgoing(counted, { n: 1 }));
  expect(reply).toMatchObject({ type: `${counted.type}.reply`, data: { n: 2 } });
});

test.each([
  ['our error', 0, 'NOT_FOUND'],
  ['an RpcException with our code', -1, 'CAPABILITY_UNKNOWN'],
  ['data that does not fit', 0.5, 'VALIDATION_FAILED'],
])('%s comes back as a problem', async (_what, n, code) => {
  await expect(bus.request(to(requests), outgoing(counted, { n }))).rejects.toMatchObject({ code });
});

test('events reach the handlers whose pattern matches, each once', async () => {
  await bus.publish(routes.event(`${room}.a.done`), outgoing(counted, { n: 1 }), { durable: true });
  await bus.publish(routes.event(`${room}.a.b.done`), outgoing(counted, { n: 2 }), { durable: true });
  await eventually(() => expect(heard).toHaveLength(3));
  expect([...heard].sort()).toEqual(['all 1', 'all 2', `done 1 .a.done ${counted.type}`]);
});

test('an event its handler refuses goes to the dead letters of that handler only', async () => {
  const letters = await deadLettersOf(bus, durableQueue(`${service}.${room}.#`));
  await bus.publish(routes.event(`${room}.x.done`), outgoing(counted, { n: 13 }), { durable: true });
  await eventually(() => expect(letters).toHaveLength(1));
  expect(letters[0]?.headers['baton-reason']).toBe(
    'NOT_FOUND: Thirteen does not exist. Check the id, or list what there is.',
  );
  await eventually(() => expect(heard).toContain(`done 13 .x.done ${counted.type}`));
});
