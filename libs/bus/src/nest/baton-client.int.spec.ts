import { Controller, Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxy, ClientsModule, Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { NotFoundError } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { eventually } from '@baton/testing';
import { BatonClient, BatonRecord, BusContext, type BatonPattern } from '.';
import { Buses, collect, counted, durableQueue, exclusiveQueue, unique } from '../../test/bus-fixture';
import { Gate, party } from '../../test/messaging-fixture';
import { NestServices } from '../../test/nest-fixture';
import { queues, routes, type Bus, type QueueSpec } from '..';

const room = unique('room');
const address = party('calculator');
const requests: QueueSpec = { ...exclusiveQueue(), bindings: [routes.live(address)] };
const heard: string[] = [];
const asked: number[] = [];
let gate = new Gate();

@Controller()
class CalculatorController {
  @MessagePattern(counted.type)
  async square(@Payload() { n }: { n: number }, @Ctx() context: BusContext): Promise<unknown> {
    asked.push(n);
    if (n === 13) throw new NotFoundError('NOT_FOUND', 'Thirteen');
    if (n < 0) await gate.passed;
    return { n: n * n, colour: context.message.headers.colour ?? null, id: context.event.id };
  }

  @MessagePattern({ cmd: 'sum' })
  sum(@Payload() numbers: number[]): number {
    return numbers.reduce((sum, n) => sum + n, 0);
  }

  @EventPattern<string>(`${room}.*`)
  note(@Payload() { n }: { n: number }, @Ctx() context: BusContext): void {
    heard.push(`${n} ${context.event.type}`);
  }
}

const buses = new Buses();
const services = new NestServices();
let bus: Bus;
let client: BatonClient;
const ask = (n: number, options = {}): Promise<unknown> =>
  firstValueFrom(client.send(counted.type, new BatonRecord({ n }, options)));

beforeAll(async () => {
  ({ bus } = await buses.open());
  await services.start(bus, [CalculatorController], { service: unique('calculator'), requests });
  client = services.client(bus, { to: address, kinds: [counted] });
});
afterAll(async () => {
  gate.open();
  await services.closeAll();
  await buses.closeAll();
});

describe('send', () => {
  test('asks once for each subscription, and not before', async () => {
    const answer = client.send<{ n: number }>(counted.type, { n: 5 });
    expect(asked).toEqual([]);
    expect(await lastValueFrom(answer)).toMatchObject({ n: 25 });
    expect(await lastValueFrom(answer)).toMatchObject({ n: 25 });
    expect(asked).toEqual([5, 5]);
  });

  test('takes object patterns as Nest users know them, other recipients, and queues', async () => {
    expect(await firstValueFrom(client.send({ cmd: 'sum' }, [1, 2, 3]))).toBe(6);
    const lost = services.client(bus);
    const pattern: BatonPattern = { type: counted.type, to: address };
    expect(await firstValueFrom(lost.send(pattern, { n: 3 }))).toMatchObject({ n: 9 });
    expect(
      await firstValueFrom(lost.send({ ...pattern, to: undefined, queue: requests.name }, { n: 4 })),
    ).toMatchObject({
      n: 16,
    });
    await expect(firstValueFrom(lost.send(counted.type, { n: 3 }))).rejects.toThrow(/has no recipient/);
  });

  test('says more about a message with a record', async () => {
    expect(await ask(2, { headers: { colour: 'red' }, id: 'my-id' })).toEqual({ n: 4, colour: 'red', id: 'my-id' });
  });

  test('nobody there is an error at once; no answer is one after the time', async () => {
    await expect(firstValueFrom(client.send({ type: 't', to: party() }, {}))).rejects.toMatchObject({
      code: 'UNROUTABLE',
    });
    await expect(ask(-1, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    gate.open();
  });

  test('a problem comes back with its code; data that does not fit is not sent', async () => {
    await expect(ask(13)).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringMatching(/Thirteen/) });
    asked.length = 0;
    await expect(ask(0.5)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(asked).toEqual([]);
  });

  test('several are under way, each gets its own answer; who unsubscribes hears nothing', async () => {
    gate = new Gate();
    asked.length = 0;
    const answers = [-2, -3, -4].map((n) => ask(n, { timeoutMs: 20_000 }));
    const told: string[] = [];
    const tell = (what: string) => () => void told.push(what);
    const leaving = client
      .send(counted.type, { n: -5 })
      .subscribe({ next: tell('n'), error: tell('e'), complete: tell('c') });
    await eventually(() => expect(asked).toHaveLength(4));
    expect(await ask(6)).toMatchObject({ n: 36 });
    leaving.unsubscribe();
    gate.open();
    expect(await Promise.all(answers)).toMatchObject([{ n: 4 }, { n: 9 }, { n: 16 }]);
    expect(await ask(7)).toMatchObject({ n: 49 });
    expect(told).toEqual([]);
  });

  test('what a dispatch hook attaches arrives as headers', async () => {
    const hooked = services.client(bus, { to: address });
    hooked.setOnDispatchHook((packet) => (packet.metadata = { colour: 'blue' }));
    expect(await firstValueFrom(hooked.send(counted.type, { n: 1 }))).toMatchObject({ colour: 'blue' });
  });
});

describe('emit', () => {
  test('sends at once, subscribed to or not, and tells whether anybody was there', async () => {
    client.emit({ type: counted.type, key: `${room}.a` }, { n: 1 });
    await eventually(() => expect(heard).toContain(`1 ${counted.type}`));
    expect(await lastValueFrom(client.emit(`${room}.b`, { n: 2 }))).toBe('heard');
    await eventually(() => expect(heard).toContain(`2 ${room}.b`));
    expect(await lastValueFrom(client.emit(unique('nobody'), { n: 3 }))).toBe('unheard');
  });

  test('an event by key is kept by the broker until somebody takes it', async () => {
    const queue = { ...durableQueue(), bindings: [routes.event(`${room}.kept`)] };
    await bus.admin.declare(queue);
    expect(await lastValueFrom(client.emit({ type: counted.type, key: `${room}.kept` }, { n: 4 }))).toBe('heard');
    const got = await collect(bus, queue);
    await eventually(() => expect(got).toEqual([4]));
  });

  test('reaches one address, several, or a channel', async () => {
    const [one, two, channel] = [party(), party(), party('channel')];
    const told: string[] = [];
    for (const name of [one, two]) {
      const queue = queues.messages(party('owner'), [name]);
      await bus.consume({ ...queue, bindings: [...queue.bindings, routes.channel(channel)] }, ({ events }) => {
        told.push(...events.map(({ data }) => `${name === one ? 'one' : 'two'} ${(data as { n: number }).n}`));
        return 'done';
      });
    }
    await lastValueFrom(client.emit({ type: counted.type, to: one }, { n: 1 }));
    await lastValueFrom(client.emit({ type: counted.type, to: [one, two] }, { n: 2 }));
    await lastValueFrom(client.emit({ type: counted.type, channel }, { n: 3 }));
    await eventually(() => expect([...told].sort()).toEqual(['one 1', 'one 2', 'one 3', 'two 2', 'two 3']));
  });

  test('a failure is told to who subscribes, and logged for who does not', async () => {
    const logger = createLogger('nest-test', 'silent');
    const warned = jest.spyOn(logger, 'warn');
    const logging = new BatonClient({ bus, logger });
    const nobody = { type: counted.type, to: party() };
    await expect(lastValueFrom(logging.emit(nobody, { n: 1 }))).rejects.toMatchObject({ code: 'UNROUTABLE' });
    logging.emit(nobody, { n: 1 });
    await eventually(() => expect(warned).toHaveBeenCalledTimes(2));
    expect(warned.mock.lastCall?.[0]).toMatchObject({ event: 'bus.client.emit-failed', pattern: nobody });
    await expect(lastValueFrom(logging.emit({ type: 't', queue: 'q' }, {}))).rejects.toThrow(/Use send\(\)/);
  });
});

describe('connection', () => {
  test('a bus the client opens is opened when needed, closed with it, and opened again', async () => {
    const { broker } = await buses.open();
    const opened: Bus[] = [];
    const states: string[] = [];
    let broken = true;
    const open = async (): Promise<Bus> => {
      if (broken) throw new Error('not yet');
      opened.push(await buses.connect(broker.url));
      return opened.at(-1) as Bus;
    };
    const own = new BatonClient({ bus: open, logger: createLogger('nest-test', 'silent'), to: address });
    own.on('disconnected', () => states.push('gone'));
    own.status.subscribe((status) => states.push(status));
    expect(() => own.unwrap()).toThrow(/not connected/);
    await expect(firstValueFrom(own.send(counted.type, { n: 1 }))).rejects.toThrow('not yet');
    broken = false;
    const both = [own.send(counted.type, { n: 2 }), own.send(counted.type, { n: 3 })].map((one) => firstValueFrom(one));
    expect(await Promise.all(both)).toMatchObject([{ n: 4 }, { n: 9 }]);
    expect([opened.length, own.unwrap()]).toEqual([1, opened[0]]);
    await own.close();
    expect([opened[0]?.connected, states[0]]).toEqual([false, 'connected']);
    expect(await firstValueFrom(own.send(counted.type, { n: 4 }))).toMatchObject({ n: 16 });
    expect(opened).toHaveLength(2);
    await own.close();
  });

  test('Nest injects it and closes it with the application', async () => {
    const SHOP = Symbol('shop');
    @Injectable()
    class Shopper {
      constructor(@Inject(SHOP) readonly shop: ClientProxy) {}
    }
    const closed = jest.spyOn(BatonClient.prototype, 'close');
    const options = { bus, logger: createLogger('nest-test', 'silent'), to: address };
    @Module({
      imports: [ClientsModule.register([{ name: SHOP, customClass: BatonClient, options }])],
      providers: [Shopper],
    })
    class ShopperModule {}
    const app = await NestFactory.createApplicationContext(ShopperModule, { logger: false });
    expect(await firstValueFrom(app.get(Shopper).shop.send(counted.type, { n: 8 }))).toMatchObject({ n: 64 });
    await app.close();
    expect(closed).toHaveBeenCalledTimes(1);
    expect(bus.connected).toBe(true);
  });
});
