import { eventually, testBroker, type TestBroker } from '@baton/testing';
import { Buses, counted, one } from '../../test/bus-fixture';
import { closeConnections } from '../../test/close-connections';
import { Gate, messengerOn, party, StandInRegistry } from '../../test/messaging-fixture';
import { createSender, onMessage, type Bus } from '..';

// Quorum queues stand under the same names as classic ones elsewhere: only a virtual host of our own will do.
const management = process.env.BATON_TEST_MANAGEMENT_URL ?? '';
const privately = management === '' ? describe.skip : describe;

jest.setTimeout(60_000); // the management API tells of connections some seconds late

privately('mailboxes on quorum queues are read over a connection of their own', () => {
  const buses = new Buses();
  let broker: TestBroker;
  let sender: Bus;

  beforeAll(async () => {
    broker = await testBroker();
    sender = await buses.connect(broker.url, { durableQueueType: 'quorum' });
    await new StandInRegistry().start(sender);
  });
  afterAll(async () => {
    await buses.closeAll();
    await broker.close();
  });

  test.each([
    ['that of the mailbox', (name: string) => [`${name} mailboxes`]],
    ['that of everything else', (name: string) => [`${name} publish`, `${name} consume`]],
    ['all of them', (name: string) => [`${name} mailboxes`, `${name} publish`, `${name} consume`]],
  ])('when it is cut: %s: all is handled once, in order', async (_what, connections) => {
    const name = party();
    const receiver = await buses.connect(broker.url, { durableQueueType: 'quorum', name });
    const lost: string[] = [];
    receiver.on('disconnected', () => lost.push('lost'));
    const gate = new Gate();
    const got: number[] = [];
    const messenger = messengerOn(receiver, name);
    const handler = onMessage(counted, async ({ data }) => {
      got.push(data.n);
      await gate.passed;
    });
    await messenger.receive([handler]);
    await messenger.openMailbox();
    const numbers = Array.from({ length: 300 }, (_, n) => n);
    for (const n of numbers) await createSender(sender).send(name, one(n), { durable: true });
    await eventually(() => expect(got).toEqual([0])); // more than its prefetch behind it
    await closeConnections(management, connections(name));
    const mainIsCut = connections(name).length > 1;
    if (mainIsCut) await eventually(() => expect(lost).toEqual(['lost']));
    await eventually(() => receiver.connected);
    gate.open();
    await eventually(() => expect(got).toHaveLength(300));
    await createSender(sender).send(name, one(300), { durable: true });
    await eventually(() => expect(got).toEqual([...numbers, 300]));
    expect(lost).toEqual(mainIsCut ? ['lost'] : []);
    await messenger.close();
    await receiver.close();
  });
});
