import { type INestMicroservice, Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { eventually } from '@baton/testing';
import { requestsTo } from '.';
import { Buses, counted, one, unique } from '../../test/bus-fixture';
import { Gate, messengerOn, party, StandInRegistry } from '../../test/messaging-fixture';
import { NestServices } from '../../test/nest-fixture';
import { createSender, routes, type Bus } from '..';

const room = unique('room');
const served: string[] = [];
let gate = new Gate();

function controllerOf(name: string) {
  @Controller()
  class ReplicaController {
    @MessagePattern(counted.type)
    async answer(@Payload() data: { n: number }): Promise<string> {
      served.push(`${name} ${data.n}`);
      await gate.passed;
      return name;
    }

    @EventPattern<string>(`${room}.work`)
    async work(@Payload() data: { n: number }): Promise<void> {
      served.push(`${name} begins ${data.n}`);
      await gate.passed;
      served.push(`${name} ends ${data.n}`);
    }
  }
  return ReplicaController;
}

const buses = new Buses();
const services = new NestServices();
const service = unique('service');
const address = party('shop');
const requests = requestsTo(address);
let bus: Bus;
const replica = (name: string): Promise<INestMicroservice> =>
  services.start(bus, [controllerOf(name)], { service, requests, kinds: [counted], concurrency: 4 });

beforeAll(async () => {
  ({ bus } = await buses.open());
});
beforeEach(() => {
  gate = new Gate();
  served.length = 0;
});
afterAll(async () => {
  gate.open();
  await services.closeAll();
  await buses.closeAll();
});

test('replicas share the requests to their address; one client has several at work at once', async () => {
  const replicas = [await replica('a'), await replica('b')];
  const asked = Array.from({ length: 8 }, (_, n) => createSender(bus).request<string>(address, one(n)));
  await eventually(() => expect(served).toHaveLength(8));
  gate.open();
  const answers = (await Promise.all(asked)).map(({ data }) => data);
  expect(answers.sort()).toEqual(['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b']);
  await Promise.all(replicas.map((app) => app.close()));
});

test('closing lets the running handler end; what comes later waits for the next life', async () => {
  const first = await replica('first');
  await bus.publish(routes.event(`${room}.work`), one(1), { durable: true });
  await eventually(() => expect(served).toEqual(['first begins 1']));
  const closing = first.close();
  await bus.publish(routes.event(`${room}.work`), one(2), { durable: true });
  gate.open();
  await closing;
  expect(served).toEqual(['first begins 1', 'first ends 1']);
  const second = await replica('second');
  await eventually(() => expect(served.slice(2)).toEqual(['second begins 2', 'second ends 2']));
  await second.close();
});

test('direct messages and channels reach handlers through the messenger of the service', async () => {
  const name = party('desk');
  const heard: string[] = [];
  @Controller()
  class DeskController {
    @MessagePattern(counted.type, { direct: true })
    double(@Payload() data: { n: number }): { n: number } {
      return { n: data.n * 2 };
    }

    @EventPattern<string>(counted.type, { channel: 'prices', create: true, filter: { jsonata: 'data.n > 10' } })
    price(@Payload() data: { n: number }): void {
      heard.push(`price ${data.n}`);
    }
  }
  const registry = await new StandInRegistry().start(bus);
  const messenger = messengerOn(bus, name);
  const app = await services.start(bus, [DeskController], { service: name, messenger, kinds: [counted] });
  const sender = createSender(bus);
  expect((await sender.request(name, one(21))).data).toEqual({ n: 42 });
  expect(registry.memberships).toMatchObject([{ channel: 'prices', member: name, durable: false }]);
  for (const n of [1, 11, 2, 12]) expect(await sender.broadcast('prices', one(n))).toBe('heard');
  await eventually(() => expect(heard).toEqual(['price 11', 'price 12']));
  await app.close();
  await expect(sender.request(name, one(1))).rejects.toMatchObject({ code: 'UNROUTABLE' });
  await registry.stop();
});

test.each([
  ['message patterns without a queue of requests', {}, /needs the queue of their requests/],
  ['channels without a messenger', { channel: 'prices' }, /needs a `messenger`/],
])('%s do not start', async (_what, extras, message) => {
  @Controller()
  class LostController {
    @MessagePattern(counted.type, extras)
    lost(): void {}
  }
  await expect(services.start(bus, [LostController], { service })).rejects.toThrow(message);
});
