import { defineMessage, NotFoundError } from '@baton/contracts';
import { eventually, TcpProxy, type TestBroker } from '@baton/testing';
import { Buses, counted, deadLettersOf, one } from '../../test/bus-fixture';
import { Gate, messengerOn, party, StandInRegistry } from '../../test/messaging-fixture';
import { createSender, onMessage, outgoing, queues, wireLimits, type Bus, type MessageHandler, type Sender } from '..';

jest.setTimeout(30_000); // machines that run other suites at the same time are slow

const buses = new Buses();
let broker: TestBroker;
let bus: Bus;
let sender: Sender;

beforeAll(async () => {
  ({ broker, bus } = await buses.open());
  await new StandInRegistry().start(bus);
  sender = createSender(await buses.connect(broker.url, { source: '/tests/sender' }));
});
afterAll(() => buses.closeAll());

const said = defineMessage<string>({ type: 'io.baton.test.said.v1', summary: 'Text.', schema: { type: 'string' } });

async function responderOf(handlers: readonly MessageHandler[]): Promise<string> {
  const name = party();
  await messengerOn(bus, name, { owner: `owner-${name}` }).receive(handlers);
  return name;
}

test.each([
  ['an error of ours keeps its code', 1, { code: 'NOT_FOUND', problem: { status: 404 } }],
  ['a bug says nothing of itself', 2, { code: 'INTERNAL', message: expect.not.stringContaining('secret') }],
  ['data that does not fit is named', 'x', { code: 'VALIDATION_FAILED', problem: { errors: [{ path: 'n' }] } }],
  ['nothing to answer', 3, { code: 'MESSAGE_INVALID', message: expect.stringMatching(/has no answer/) }],
  ['a filter', 4, { code: 'MESSAGE_INVALID', message: expect.stringMatching(/The filter of/) }],
  ['an answer that is too large', 5, { code: 'MESSAGE_INVALID', message: expect.stringMatching(/larger than/) }],
])('a request that fails is answered, once, and is no dead letter: %s', async (_what, n, error) => {
  let calls = 0;
  const handle = onMessage(
    counted,
    ({ data }) => {
      calls++;
      if (data.n === 1) throw new NotFoundError('NOT_FOUND', 'One');
      if (data.n === 2) throw new TypeError('the password is secret');
      return data.n === 5 ? { kind: said, dataJson: `"${'x'.repeat(wireLimits.eventDataBytes)}"` } : undefined;
    },
    { not: { jsonata: 'data.n = 4' } },
  );
  const name = await responderOf([handle]);
  const letters = await deadLettersOf(bus, queues.messages(`owner-${name}`, []));
  await expect(sender.request(name, { kind: counted, data: { n } }, { timeoutMs: 30_000 })).rejects.toMatchObject(
    error,
  );
  expect(calls).toBeLessThanOrEqual(1);
  expect(letters).toEqual([]);
});

test('a type nobody answers, and a message that is none, are answered', async () => {
  const name = await responderOf([onMessage(counted, () => one(1))]);
  await expect(sender.request(name, outgoing(said, 'hello'))).rejects.toThrow(/does not take messages of type/);
});

test('a responder that dies midway ends the request at its time, or at once where the queue is gone before it is read', async () => {
  const proxy = await TcpProxy.inFrontOf(broker.url);
  const [name, gate] = [party(), new Gate()];
  let asked = 0;
  await messengerOn(await buses.connect(proxy.url), name).receive([
    onMessage(counted, async () => {
      asked++;
      await gate.passed;
      return one(2);
    }),
  ]);
  const request = expect(sender.request(name, one(1), { timeoutMs: 500 })).rejects.toMatchObject({
    code: 'REQUEST_TIMEOUT',
  });
  await eventually(() => expect(asked).toBe(1));
  proxy.cut();
  await request;
  await eventually(() =>
    expect(sender.request(name, one(1), { timeoutMs: 500 })).rejects.toMatchObject({ code: 'UNROUTABLE' }),
  );
  gate.open();
  await proxy.close();
});

test('asked again with its id, it is answered the same and not done again', async () => {
  let calls = 0;
  const name = await responderOf([onMessage(counted, ({ data }) => one(data.n + ++calls))]);
  const question = { ...one(1), id: 'the-question' };
  const first = await sender.request(name, question);
  const second = await sender.request(name, question);
  expect([first.data, second.data, calls]).toEqual([{ n: 2 }, { n: 2 }, 1]);
});

test('what failed may be asked again with its id', async () => {
  let calls = 0;
  const flaky = onMessage(counted, () => {
    if (++calls === 1) throw new Error('not yet');
    return one(calls);
  });
  const name = await responderOf([flaky]);
  const question = { ...one(1), id: 'the-question' };
  await expect(sender.request(name, question)).rejects.toMatchObject({ code: 'INTERNAL' });
  expect((await sender.request(name, question)).data).toEqual({ n: 2 });
});

test('a request whose time is over when its turn comes is not run', async () => {
  const [gate, got] = [new Gate(), [] as number[]];
  const name = await responderOf([
    onMessage(counted, async ({ data }) => {
      got.push(data.n);
      if (data.n === 1) await gate.passed;
      return one(data.n);
    }),
  ]);
  const slow = sender.request(name, one(1), { timeoutMs: 30_000 });
  await eventually(() => expect(got).toEqual([1]));
  await expect(sender.request(name, one(2), { timeoutMs: 20 })).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
  const since = Date.now();
  await eventually(() => Date.now() - since > 50); // its time counts from when it arrived
  gate.open();
  await slow;
  await sender.request(name, one(3));
  expect(got).toEqual([1, 3]);
});
