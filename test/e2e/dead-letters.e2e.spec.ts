import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, createMessenger, exchanges, type Messenger, onMessage, queues } from '@baton/bus';
import { defineMessage } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { Database, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { connect } from 'amqplib';
import { MeshUnderTest } from './mesh-under-test';

/** What is refused anywhere on the wire is found again over REST, whatever dies meanwhile. */
interface Letter {
  readonly id: string;
  readonly reasonCode: string;
  readonly reason: string;
  readonly origin: string | null;
}
const order = defineMessage<{ n: number }>({
  type: 'com.example.order',
  summary: 'For tests.',
  schema: { type: 'object', required: ['n'], additionalProperties: false, properties: { n: { type: 'integer' } } },
});
const COUNTS = statement(
  'e2e-letters',
  `select count(*)::int as rows, sum(copies)::int as copies from dead_letters where reason_code = 'invalid'`,
);
/** What fails again and again is tried with pauses before it is given up. */
const PATIENT_MS = 120_000;
const logger = createLogger('letters-e2e', 'silent');
const structured = 'application/cloudevents+json';

let under: MeshUnderTest;
let bus: Bus;
let shop: Messenger;
const handled: number[] = [];
let poisoned = true;

beforeAll(async () => {
  under = await MeshUnderTest.start({ orchestrators: 2 });
  bus = await connectBus({ url: under.mesh.services.messageQueueUrl, name: 'shop', source: '/shop', logger });
  shop = createMessenger({ bus, logger, addresses: ['shop'], owner: randomUUID() });
  const take = ({ n }: { n: number }): void => {
    if (n === 13 && poisoned) throw new TypeError('cannot count to 13');
    handled.push(n);
  };
  await shop.receive([onMessage(order, ({ data }) => take(data))]);
  await shop.openMailbox();
}, 180_000);
afterAll(async () => {
  await shop?.close();
  await bus?.close();
  await under.stop();
}, 60_000);

async function publish(content: string | Buffer, options: object = {}, key = 'mailbox.shop'): Promise<void> {
  const connection = await connect(under.mesh.services.messageQueueUrl);
  const channel = await connection.createConfirmChannel();
  const properties = { contentType: structured, persistent: true, ...options };
  channel.publish(exchanges.messages.name, key, Buffer.from(content), properties);
  await channel.waitForConfirms();
  await connection.close();
}
const event = (data: unknown, type = order.type): string =>
  JSON.stringify({ specversion: '1.0', id: randomUUID(), source: '/shop/customers', type, data });

function letter(reasonCode: string): Promise<Letter> {
  return eventually(
    async () => {
      const { body } = await under.client().get<{ items: Letter[] }>(`/api/dead-letters?reasonCode=${reasonCode}`);
      expect(body.items).toHaveLength(1);
      return body.items[0] as Letter;
    },
    { timeoutMs: 60_000 },
  );
}
const replay = (id: string, to?: object) =>
  under.client().call('POST', `/api/dead-letters/${id}/replay`, to === undefined ? {} : { to });

test(
  'every kind of dead letter is there with its reason; what was mended is sent again and handled',
  async () => {
    await publish(event({ n: 'one' }));
    await publish(event({ n: 1 }, 'com.example.unheard-of'));
    await publish('{');
    await publish(event({ n: 1, text: 'x'.repeat(1_200_000) }));
    await publish(event({ n: 13 }));
    // Nobody is at home under this name: what expires there has waited for nothing.
    await bus.admin.declare(queues.mailbox('away'));
    await publish(event({ n: 7 }), { expiration: '50' }, 'mailbox.away');
    for (const code of ['invalid', 'unknown-type', 'unreadable', 'too-large']) {
      expect(await letter(code)).toMatchObject({ origin: queues.mailbox('shop').name });
    }
    const poison = await letter('poison');
    expect(poison.reason).toContain('cannot count to 13');
    const expired = await letter('expired');
    expect(expired.origin).toBe(queues.mailbox('away').name);

    expect((await replay((await letter('invalid')).id)).status).toBe(200);
    await eventually(async () => {
      const { body } = await under.client(1).get<{ items: Letter[] }>('/api/dead-letters?reasonCode=invalid');
      expect(body.items).toHaveLength(2);
    });
    poisoned = false;
    expect((await replay(poison.id)).status).toBe(200);
    expect((await replay(expired.id, { address: 'shop', durable: true })).status).toBe(200);
    await eventually(() => expect([...handled].sort()).toEqual([13, 7]));
    expect((await replay(expired.id, { address: 'nobody' })).status).toBe(502);
  },
  PATIENT_MS,
);

test('messages over REST reach a service, and tell what it said', async () => {
  const send = async (n: unknown, more: object = {}) =>
    under
      .client()
      .call('POST', '/api/messages', { pattern: 'direct', to: 'shop', type: order.type, data: { n }, ...more });
  expect(await send(100)).toMatchObject({
    status: 200,
    body: { recipients: [{ address: 'shop', outcome: 'handled' }] },
  });
  expect(await send('x')).toMatchObject({
    status: 200,
    body: { recipients: [{ address: 'shop', outcome: 'refused' }] },
  });
  expect(await send(101, { durable: true })).toMatchObject({ status: 200, body: { outcome: 'stored' } });
  await eventually(() => expect(handled).toEqual(expect.arrayContaining([100, 101])));
  // The same key is the same message.
  const key = { 'idempotency-key': 'order-102' };
  const body = { pattern: 'direct', to: 'shop', type: order.type, data: { n: 102 } };
  for (let time = 0; time < 2; time++) {
    const answer = await under.client().call('POST', '/api/messages', body, key);
    expect(answer).toMatchObject({ status: 200, body: { recipients: [{ outcome: 'handled' }] } });
  }
  expect(handled.filter((n) => n === 102)).toHaveLength(1);
});

test('kill -9 of an orchestrator, then of the database, under a flood: none lost, none twice', async () => {
  await under.client().call('POST', '/api/dead-letters/purge', { filter: {}, limit: 10_000 });
  const database = new Database({ url: under.mesh.services.databaseUrl, name: 'letters-e2e' });
  const stored = async () => (await database.run<{ rows: number; copies: number }>(COUNTS))[0];
  const flood = async (count: number): Promise<void> => {
    const target = { exchange: exchanges.messages.name, key: 'mailbox.shop' };
    const wrong = (): Buffer => Buffer.from(event({ n: 'wrong' }));
    const sending = Array.from({ length: count }, () =>
      bus.forward(target, { content: wrong(), messageId: randomUUID(), contentType: structured }),
    );
    expect([...new Set(await Promise.all(sending))]).toEqual(['sent']);
  };
  try {
    await flood(3000);
    await eventually(async () => expect((await stored())?.rows).toBeGreaterThan(100), { everyMs: 1 });
    process.kill(under.pid(under.mesh.orchestrators[1]?.name as string), 'SIGKILL');
    await eventually(async () => expect((await stored())?.rows).toBeGreaterThan(1000), {
      timeoutMs: 60_000,
      everyMs: 1,
    });
    await under.mesh.services.database?.kill();
    await flood(1000);
    await under.mesh.services.database?.start();
    const all = async (): Promise<void> => expect(await stored()).toEqual({ rows: 4000, copies: 4000 });
    await eventually(all, { timeoutMs: 90_000 });
    const last = await under.client().get<{ items: Letter[] }>('/api/dead-letters?limit=1');
    expect(last.body.items[0]?.reasonCode).toBe('invalid');
  } finally {
    await database.close();
  }
}, 240_000);
