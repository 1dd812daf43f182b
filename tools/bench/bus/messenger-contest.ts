import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, createMessenger, createSender, type Messenger, onMessage, outgoing } from '@baton/bus';
import { defineMessage } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { type Asker, type Contestant, type Course, type Parcel, parcel, Tally, WINDOW } from './contest';

const bench = defineMessage<Parcel>({
  type: 'io.baton.bench.parcel.v1',
  summary: 'A parcel of the benchmark.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['n', 'text'],
    properties: { n: { type: 'integer', minimum: 0 }, text: { type: 'string' } },
  },
});
const logger = createLogger('bench', 'warn');
const open = (url: string, name: string): Promise<Bus> =>
  connectBus({ url, name, source: `/services/${name}`, logger, confirmWindow: WINDOW });

interface Party {
  readonly messenger: Messenger;
  readonly name: string;
}

/** The same through Baton: checked against a schema, de-duplicated, in order per sender, dead letters kept. */
export async function messengerContestant(url: string, course: Course): Promise<Contestant> {
  const [sending, receiving] = await Promise.all([open(url, 'bench-sender'), open(url, 'bench-receiver')]);
  const room = `bench-${randomUUID()}`;
  const tally = new Tally();
  const take = onMessage(bench, ({ data }) => {
    if (data.n < 0) throw new Error('Not one of ours');
    tally.one();
  });
  const parties = Array.from({ length: course.recipients }, (_, index) => {
    const name = `${room}.${index}`;
    return { name, messenger: createMessenger({ bus: receiving, logger, addresses: [name], owner: name }) };
  });
  for (const party of parties) await listen(party, { course, room, take });
  const send = sendingOf(sending, { course, room, parties });
  return {
    flood: async (messages) => {
      const received = tally.expect(messages * course.recipients);
      await Promise.all([sendAll(send, messages), received]);
    },
    close: async () => {
      await Promise.all(parties.map(({ messenger }) => messenger.close()));
      await Promise.all([sending.close(), receiving.close()]);
    },
  };
}

interface Listening {
  readonly course: Course;
  readonly room: string;
  readonly take: ReturnType<typeof onMessage>;
}

async function listen({ messenger }: Party, { course, room, take }: Listening): Promise<void> {
  if (course.name === 'publish-subscribe') {
    await messenger.subscribe([`${room}.*.done`], [take], { durable: room });
    return;
  }
  if (course.name === 'broadcast') {
    await messenger.join(room, [take], { durable: true, create: true });
    return;
  }
  await messenger.openMailbox();
  await messenger.receive([take]);
}

type Send = (n: number) => Promise<unknown>;

function sendingOf(bus: Bus, { course, room, parties }: { course: Course; room: string; parties: Party[] }): Send {
  const sender = createSender(bus);
  const to = parties.map(({ name }) => name);
  const durable = { durable: true };
  const message = (n: number) => outgoing(bench, parcel(n));
  if (course.name === 'direct') return (n) => sender.send(to[0] ?? '', message(n), durable);
  if (course.name === 'multicast') return (n) => sender.multicast(to, message(n), durable);
  if (course.name === 'broadcast') return (n) => sender.broadcast(room, message(n), durable);
  return (n) => sender.publish(`${room}.task.done`, message(n), durable);
}

function sendAll(send: Send, messages: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let confirmed = 0;
    const more = (): void => {
      while (sent < messages && sent - confirmed < WINDOW) send(sent++).then(onConfirm, reject);
    };
    const onConfirm = (): void => {
      if (++confirmed === messages) resolve();
      else more();
    };
    more();
  });
}

export async function messengerAsker(url: string): Promise<Asker> {
  const [asking, answering] = await Promise.all([open(url, 'bench-asker'), open(url, 'bench-answerer')]);
  const name = `bench-${randomUUID()}`;
  const answerer = createMessenger({ bus: answering, logger, addresses: [name], owner: name });
  await answerer.receive([onMessage(bench, ({ data }) => outgoing(bench, data))]);
  const sender = createSender(asking);
  let asked = 0;
  return {
    ask: () => sender.request(name, outgoing(bench, parcel(++asked))),
    close: async () => {
      await answerer.close();
      await Promise.all([asking.close(), answering.close()]);
    },
  };
}
