import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, createMessenger, type Messenger, onMessage, outgoing } from '@baton/bus';
import { defineMessage } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { eventually } from '@baton/testing';
import { type PrivateService } from '../../tools/services';
import { MeshUnderTest } from './mesh-under-test';

const said = defineMessage<{ text: string }>({
  type: 'test.said.v1',
  summary: 'Something said, for tests.',
  schema: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
});

/** A service on the bus under a name, and what it has heard. */
class Party {
  readonly heard: string[] = [];
  private constructor(
    readonly messenger: Messenger,
    private readonly bus: Bus,
  ) {}

  static async start(name: string): Promise<Party> {
    const logger = createLogger('channels-e2e', 'silent');
    const url = under.mesh.services.messageQueueUrl;
    const bus = await connectBus({ url, name, source: `/services/${name}`, logger });
    const messenger = createMessenger({ bus, logger, addresses: [name], owner: `${name}.${randomUUID()}` });
    const party = new Party(messenger, bus);
    parties.push(party);
    await messenger.receive([onMessage(said, ({ data }) => void party.heard.push(data.text))]);
    return party;
  }

  say(channel: string, text: string, durable = false) {
    return this.messenger.broadcast(channel, outgoing(said, { text }), { durable });
  }

  async close(): Promise<void> {
    await this.messenger.close();
    await this.bus.close();
  }
}

const parties: Party[] = [];
let under: MeshUnderTest;
beforeAll(async () => {
  under = await MeshUnderTest.start();
}, 240_000);
afterEach(() => Promise.all(parties.splice(0).map((party) => party.close())));
afterAll(() => under?.stop(), 60_000);

const call = (method: string, path: string, body?: object) => under.client().call(method, path, body);
async function answered(status: number, method: string, path: string, body?: object) {
  const answer = await call(method, path, body);
  expect({ path, status: answer.status, body: answer.body }).toMatchObject({ path, status });
  return answer.body;
}
const membersOf = async (channel: string) =>
  (await answered(200, 'GET', `/api/channels/${channel}/members`)).items as Record<string, unknown>[];
const limit = { timeoutMs: 60_000, everyMs: 50 };

test('a channel made over REST, a service made a member there: it hears what is said, until the channel is deleted', async () => {
  const [shop, crier] = [await Party.start('shop'), await Party.start('crier')];
  expect(
    await answered(201, 'POST', '/api/channels', { name: 'orders', description: 'what is ordered' }),
  ).toMatchObject({
    ...{ name: 'orders', members: 0, createdBy: 'user:admin' },
  });
  expect(await answered(409, 'POST', '/api/channels', { name: 'orders' })).toMatchObject({ code: 'STATE_CONFLICT' });
  const types = { bad: { type: 'nonsense' } };
  expect(await answered(400, 'POST', '/api/channels', { name: 'typed', types })).toMatchObject({
    errors: [{ path: 'types.bad' }],
  });
  for (let n = 0; n < 2; n++)
    expect(await answered(200, 'POST', '/api/channels/orders/members', { member: 'shop' })).toMatchObject({
      ...{ channel: 'orders', member: 'shop', durable: false },
    });
  await eventually(async () => expect(await crier.say('orders', 'one')).toBe('heard'), limit);
  await eventually(() => expect(shop.heard).toContain('one'), limit);
  await answered(404, 'POST', '/api/channels/none/members', { member: 'shop' });
  await answered(204, 'DELETE', '/api/channels/orders');
  await answered(404, 'DELETE', '/api/channels/orders');
  await eventually(async () => expect(await crier.say('orders', 'two')).toBe('unheard'), limit);
  const { items } = await answered(200, 'GET', '/api/audit?subject=channel&actor=user:admin&order=oldest');
  expect((items as { to: string }[]).map(({ to }) => to)).toEqual(['created', 'joined', 'deleted']);
}, 120_000);

test('registry and broker are killed: memberships, mailboxes and what waits in them are there again', async () => {
  const crier = await Party.start('crier');
  await crier.messenger.join('news', [], { create: true });
  await answered(200, 'POST', '/api/channels/news/members', { member: 'desk', durable: true });
  await crier.say('news', 'before', true);
  const [, desk] = await membersOf('news');
  expect(desk).toMatchObject({ member: 'desk', durable: true, present: false, waiting: 1 });

  const before = under.pid('registry');
  const broker = under.mesh.services.broker as PrivateService;
  await Promise.all([under.mesh.kill('registry'), broker.kill()]);
  await broker.start();
  await eventually(() => expect(under.pid('registry')).not.toBe(before), limit);
  await eventually(async () => expect(await crier.say('news', 'after', true)).toBe('heard'), limit);
  expect((await membersOf('news')).map(({ member }) => member)).toEqual(['crier', 'desk']);

  const back = await Party.start('desk');
  await back.messenger.openMailbox();
  await eventually(() => expect(new Set(back.heard)).toEqual(new Set(['before', 'after'])), limit);
  await eventually(
    async () => expect((await membersOf('news'))[1]).toMatchObject({ present: true, waiting: 0 }),
    limit,
  );
  await eventually(async () => expect((await call('DELETE', '/api/channels/news')).status).toBe(204), limit);
}, 180_000);

test('a mailbox is opened and closed over REST; agents show the channels of their name', async () => {
  const crier = await Party.start('crier');
  expect(await answered(200, 'POST', '/api/mailboxes', { address: 'later' })).toMatchObject({
    waiting: 0,
    attended: false,
  });
  await crier.messenger.send('later', outgoing(said, { text: 'wait' }), { durable: true });
  const { items } = await answered(200, 'GET', '/api/mailboxes');
  expect(items).toContainEqual(expect.objectContaining({ address: 'later', waiting: 1, openedBy: 'user:admin' }));
  expect(await answered(409, 'DELETE', '/api/mailboxes/later')).toMatchObject({ code: 'STATE_CONFLICT' });
  await answered(204, 'DELETE', '/api/mailboxes/later?discard=true');
  await answered(404, 'DELETE', '/api/mailboxes/later');
  await expect(
    crier.messenger.send('later', outgoing(said, { text: 'gone' }), { durable: true }),
  ).rejects.toMatchObject({ code: 'UNROUTABLE' });

  await answered(201, 'POST', '/api/channels', { name: 'team' });
  await answered(200, 'POST', '/api/channels/team/members', { member: 'probe-1' });
  const agents = await answered(200, 'GET', '/api/agents?name=probe-1');
  expect(agents.items).toMatchObject([{ name: 'probe-1', channels: ['team'] }]);
  expect((await membersOf('team'))[0]).toMatchObject({ member: 'probe-1', present: true, waiting: null });
  await answered(204, 'DELETE', '/api/channels/team/members/probe-1');
  expect(await membersOf('team')).toEqual([]);
}, 120_000);
