import { defineMessage, messageReceipt, type MessageReceipt } from '@baton/contracts';
import { eventually, type TestBroker } from '@baton/testing';
import { Buses, counted, deadLettersOf, durableQueue, one } from '../../test/bus-fixture';
import { Gate, messengerOn, numbersInto, party, StandInRegistry } from '../../test/messaging-fixture';
import {
  createSender,
  onMessage,
  outgoing,
  queues,
  routes,
  type Bus,
  type Delivery,
  type MessageHandler,
  type Sender,
  type Verdict,
} from '..';

jest.setTimeout(30_000); // machines that run other suites at the same time are slow

const buses = new Buses();
const registry = new StandInRegistry();
let broker: TestBroker;
let bus: Bus;
let sender: Sender;

beforeAll(async () => {
  ({ broker, bus } = await buses.open());
  await registry.start(bus);
  sender = createSender(await buses.connect(broker.url, { refusedAfterMs: 100 }));
});
afterAll(() => buses.closeAll());

const said = defineMessage<string>({ type: 'io.baton.test.said.v1', summary: 'Text.', schema: { type: 'string' } });

/** A party with a mailbox, and the dead letters of its queues. */
async function listener(handlers: readonly MessageHandler[]): Promise<{ name: string; letters: Delivery[] }> {
  const name = party();
  const live = await deadLettersOf(bus, queues.messages(`owner-${name}`, []));
  const stored = await deadLettersOf(bus, durableQueue(`baton.mailbox.${name}`));
  const messenger = messengerOn(bus, name, { owner: `owner-${name}` });
  await messenger.receive(handlers);
  await messenger.openMailbox();
  return {
    name,
    get letters() {
      return [...live, ...stored];
    },
  };
}

function fates(letters: readonly Delivery[]): unknown[] {
  return letters.map(({ headers }) => headers['baton-reason-code']);
}

test('a type nobody handles, and data that does not fit, are dead letters with the reason', async () => {
  const got: number[] = [];
  const recipient = await listener([numbersInto(got)]);
  await sender.send(recipient.name, outgoing(said, 'hello'));
  await sender.send(recipient.name, { kind: counted, data: { n: 'x' } }, { durable: true });
  await sender.send(recipient.name, one(1));
  await eventually(() => expect(fates(recipient.letters)).toEqual(['unknown-type', 'invalid']));
  expect(recipient.letters.map(({ headers }) => headers['baton-reason'])).toEqual([
    `the recipient does not take messages of type ${said.type}. Known: ${counted.type}.`,
    expect.stringMatching(/^the data of io.baton.test.counted.v1 \S+ does not fit: n must be integer$/),
  ]);
  await eventually(() => expect(got).toEqual([1]));
});

test('of several events in one message those that fit are handled once, also when the message is replayed', async () => {
  const got: number[] = [];
  const recipient = await listener([numbersInto(got)]);
  const events = [one(1), outgoing(said, 'hello'), one(2)].map((event, n) => ({ ...event, id: `several-${n}` }));
  for (let copies = 0; copies < 2; copies++)
    await bus.publish(routes.mailbox(recipient.name), events, { durable: true });
  await eventually(() => expect(fates(recipient.letters)).toEqual(['unknown-type', 'unknown-type']));
  expect(got).toEqual([1, 2]);
});

test('what the handler refuses by an error of ours is a dead letter at once', async () => {
  const calls: number[] = [];
  const recipient = await listener([
    onMessage(counted, async ({ data }) => {
      calls.push(data.n);
      await sender.send('no such name', one(1));
    }),
  ]);
  await sender.send(recipient.name, one(1));
  await eventually(() => expect(fates(recipient.letters)).toEqual(['refused']));
  expect(recipient.letters[0]?.headers['baton-reason']).toMatch(/^MESSAGE_INVALID: "no such name"/);
  expect(calls).toEqual([1]);
});

test('a message that expires in the queue, or here before its turn, is a dead letter and not handled', async () => {
  const [gate, got] = [new Gate(), [] as number[]];
  const recipient = await listener([
    onMessage(counted, async ({ data }) => {
      got.push(data.n);
      await gate.passed;
    }),
  ]);
  await sender.send(recipient.name, one(1));
  await eventually(() => expect(got).toEqual([1]));
  await sender.send(recipient.name, one(2), { expirationMs: 1 });
  await eventually(() => expect(got).toEqual([1]));
  const started = Date.now();
  await eventually(() => Date.now() - started > 5);
  gate.open();
  await eventually(() => expect(recipient.letters).toHaveLength(1));
  expect(fates(recipient.letters)).toEqual(['expired']);
  expect(got).toEqual([1]);
});

test('a full mailbox refuses, and its sender hears it', async () => {
  const gate = new Gate();
  const calls: number[] = [];
  const name = party();
  const full = { ...queues.mailbox(name), maxLength: 2 };
  const held = await buses.connect(broker.url);
  await held.consume(
    full,
    async (): Promise<Verdict> => {
      calls.push(1);
      await gate.passed;
      return 'done';
    },
    { prefetch: 1 },
  );
  const outcomes: string[] = [];
  for (let n = 0; n < 6; n++) {
    await sender.send(name, one(n), { durable: true }).then(
      () => outcomes.push('taken'),
      (error: { code: string; recovery: string }) => outcomes.push(`${error.code} ${error.recovery}`),
    );
  }
  expect(outcomes.slice(-2)).toEqual(['RECIPIENT_FULL retry', 'RECIPIENT_FULL retry']);
  expect(outcomes.filter((outcome) => outcome === 'taken').length).toBeGreaterThanOrEqual(2);
  await expect(sender.multicast([name, party()], one(9), { durable: true })).rejects.toMatchObject({
    code: 'RECIPIENT_FULL',
  });
  gate.open();
});

test('a filter lets through what it says: of the handler, of the subscription, on content and headers', async () => {
  const [high, red, events]: number[][] = [[], [], []];
  const recipient = await listener([
    onMessage(counted, ({ data }) => void high?.push(data.n), { jsonata: 'data.n > 10' }),
    onMessage(counted, ({ data }) => void red?.push(data.n), { headers: { colour: 'red' } }),
  ]);
  const room = party('room');
  await messengerOn(bus).subscribe([`${room}.#`], [numbersInto(events ?? [])], {
    filter: { exact: { subject: 'yes' } },
  });
  await sender.send(recipient.name, one(5));
  await sender.send(recipient.name, one(11));
  await sender.send(recipient.name, one(6), { headers: { colour: 'red' } });
  await sender.send(recipient.name, one(12), { headers: { colour: 'red' } });
  await sender.publish(room, { ...one(1), subject: 'no' });
  await sender.publish(room, { ...one(2), subject: 'yes' });
  await eventually(() => expect([high, red, events]).toEqual([[11, 12], [6, 12], [2]]));
  expect(recipient.letters).toEqual([]);
});

test('receipts tell what became of a message at each recipient', async () => {
  const wanted = { headers: { 'baton-receipt': 'wanted' }, withinMs: 30_000 };
  const handles = await listener([numbersInto([])]);
  const filters = await listener([onMessage(counted, () => undefined, { exact: { subject: 'never' } })]);
  const refuses = await listener([onMessage(said, () => undefined)]);
  const answers = await listener([onMessage(counted, ({ data }) => one(data.n + 1))]);
  const names = [handles.name, filters.name, refuses.name, answers.name];
  const receipts = await sender.gather(names, one(1), wanted);
  const outcomes = new Map(
    receipts.flatMap(({ type, data }) => {
      const { address, outcome, reason } = data as MessageReceipt;
      return type === messageReceipt.type ? [[address, [outcome, reason]]] : [];
    }),
  );
  expect(outcomes.get(handles.name)).toEqual(['handled', null]);
  expect(outcomes.get(filters.name)).toEqual(['filtered', null]);
  expect(outcomes.get(refuses.name)).toEqual(['refused', expect.stringMatching(/does not take messages of type/)]);
  expect(receipts.find(({ type }) => type === counted.type)?.data).toEqual({ n: 2 });
  await eventually(() => expect(fates(refuses.letters)).toEqual(['unknown-type']));
});
