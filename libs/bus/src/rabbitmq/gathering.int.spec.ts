import { requestFailed } from '@baton/contracts';
import { eventually, TcpProxy, type TestBroker } from '@baton/testing';
import { Buses, exclusiveQueue, one, unique } from '../../test/bus-fixture';
import { routes, type Bus, type Delivery, type Verdict } from '..';

const buses = new Buses();
let broker: TestBroker;
let bus: Bus;

beforeAll(async () => ({ broker, bus } = await buses.open()));
afterAll(() => buses.closeAll());

/** So many who hear a channel and answer as told. */
async function audience(answers: readonly ((delivery: Delivery) => Promise<void>)[]): Promise<string> {
  const channel = unique('channel');
  for (const answer of answers) {
    await bus.consume(
      { ...exclusiveQueue(), bindings: [routes.channel(channel)] },
      async (delivery): Promise<Verdict> => {
        await answer(delivery);
        return 'done';
      },
    );
  }
  return channel;
}
const say =
  (n: number) =>
  (delivery: Delivery): Promise<void> =>
    delivery.reply(one(n));
const keepSilent = (): Promise<void> => Promise.resolve();

test('one publish gathers the answers of as many as answer, a problem among them', async () => {
  const data = { type: 'about:blank', title: 'No', status: 400, detail: 'no', code: 'MESSAGE_INVALID' };
  const refuse = (delivery: Delivery): Promise<void> => delivery.reply({ kind: requestFailed, data });
  const channel = await audience([say(1), say(2), refuse]);
  const answers = await bus.gather(routes.channel(channel), one(0), { withinMs: 30_000, expect: 3 });
  const numbers = answers.map(({ data }) => (data as { n?: number }).n ?? 'problem');
  expect(numbers.sort()).toEqual([1, 2, 'problem']);
});

test('who does not answer in time is not waited for', async () => {
  const channel = await audience([say(1), keepSilent]);
  const answers = await bus.gather(routes.channel(channel), one(0), { withinMs: 300, expect: 2 });
  expect(answers.map(({ data }) => data)).toEqual([{ n: 1 }]);
});

test('that nobody has it is told at once', async () => {
  const asking = bus.gather(routes.channel(unique('nobody')), one(0), { withinMs: 60_000 });
  await expect(asking).rejects.toMatchObject({ code: 'UNROUTABLE' });
});

test('a connection that is lost ends it: with the answers so far, or as an error', async () => {
  const proxy = await TcpProxy.inFrontOf(broker.url);
  const cutOff = await buses.connect(proxy.url);
  let asked = 0;
  const note = (): Promise<void> => Promise.resolve(void asked++);
  const [some, none] = [await audience([say(1), note]), await audience([note])];
  const options = { withinMs: 60_000, expect: 5 };
  const waiting = [some, none].map((channel) => cutOff.gather(routes.channel(channel), one(0), options));
  const ends = Promise.allSettled(waiting);
  await eventually(() => asked === 2);
  await cutOff.request(routes.channel(some), one(0)); // an answer later than those that were gathered
  proxy.cut();
  expect(await ends).toMatchObject([
    { status: 'fulfilled', value: [{ data: { n: 1 } }] },
    { status: 'rejected', reason: { code: 'BROKER_UNAVAILABLE' } },
  ]);
  await cutOff.close();
  await proxy.close();
});
