import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, type Delivery, exchanges, queues, type Verdict } from '@baton/bus';
import { createLogger } from '@baton/observability';
import { readAuditPage } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { type Channel, connect } from 'amqplib';
import { AccessTokens } from '../../auth/access-tokens';
import { specDoor } from '../../../test/spec-door';
import { type DeadLetterSummary } from './dead-letter-view';

const door = specDoor();
const hello = {
  type: 'com.example.hello',
  summary: 'For tests.',
  schema: { type: 'object', required: ['n'], properties: { n: {} } },
};
let bus: Bus;
let plain: Channel;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const logger = createLogger('letters-spec', 'silent');
  bus = await connectBus({ url: door.brokerUrl, name: 'letters-spec', source: '/tests', logger });
  const model = await connect(door.brokerUrl);
  // The virtual host goes before the connection.
  model.on('error', () => undefined);
  plain = await model.createChannel();
  closing.push(
    () => bus.close(),
    () => model.close().catch(() => undefined),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

/** A broker may be shared: nobody else has these addresses. */
const run = randomUUID();
const own = (address: string): string => `${address}-${run}`;
const mailboxOf = (address: string): string => queues.mailbox(own(address)).name;

/** A mailbox whose owner takes hello with an n, and says no to what it is told to. */
async function owner(address: string, no: () => boolean = () => false): Promise<Delivery[]> {
  const got: Delivery[] = [];
  await bus.consume(
    queues.mailbox(own(address)),
    (delivery): Verdict => {
      if (no()) return { reject: 'not now' };
      got.push(delivery);
      return 'done';
    },
    { kinds: [hello] },
  );
  return got;
}
const put = (address: string, content: string | Buffer, more: object = {}): boolean =>
  plain.publish(exchanges.messages.name, `mailbox.${own(address)}`, Buffer.from(content), {
    contentType: 'application/cloudevents+json',
    ...more,
  });
const event = (data: unknown, more: object = {}): string =>
  JSON.stringify({ specversion: '1.0', id: randomUUID(), source: '/tests', type: hello.type, data, ...more });

async function lettersOf(address: string, count: number, query = ''): Promise<DeadLetterSummary[]> {
  const url = `/api/dead-letters?origin=${mailboxOf(address)}${query}`;
  return eventually(async () => {
    const { items } = (await door.get(url)).json<{ items: DeadLetterSummary[] }>();
    expect(items).toHaveLength(count);
    return items;
  });
}
async function letterOf(address: string): Promise<DeadLetterSummary> {
  const [letter] = await lettersOf(address, 1);
  return letter as DeadLetterSummary;
}
const call = async (url: string, body?: object) => {
  const answer = await door.post(`/api/dead-letters/${url}`, body);
  return { status: answer.statusCode, body: answer.json() };
};

test('each kind of refusal is listed with its reason, and shown with its content', async () => {
  await owner('kinds');
  put('kinds', event({ wrong: 1 }), { headers: { tier: 'gold', authorization: 'Bearer secret' } });
  put('kinds', event({ n: 1 }, { type: 'com.example.other' }));
  put('kinds', Buffer.from([0, 1, 255]), { contentType: 'application/octet-stream' });
  put('kinds', event({ n: 'x'.repeat(1_200_000) }));
  const letters = await lettersOf('kinds', 4);
  const codes = letters.map(({ reasonCode }) => reasonCode).sort();
  expect(codes).toEqual(['invalid', 'too-large', 'unknown-type', 'unreadable']);
  for (const code of codes) expect(await lettersOf('kinds', 1, `&reasonCode=${code}`)).toHaveLength(1);
  const show = async (code: string) => {
    const id = letters.find(({ reasonCode }) => reasonCode === code)?.id ?? '';
    return (await door.get(`/api/dead-letters/${id}`)).json();
  };
  expect(await show('invalid')).toMatchObject({
    type: hello.type,
    source: '/tests',
    exchange: exchanges.messages.name,
    key: `mailbox.${own('kinds')}`,
    headers: { tier: 'gold', authorization: '[removed]' },
    content: { data: { wrong: 1 } },
    contentBase64: null,
    truncated: false,
    replays: 0,
    history: [],
  });
  expect(await show('unreadable')).toMatchObject({ content: null, contentBase64: 'AAH/', size: 3 });
});

test('sent again to where it was refused: handled once more, under a new id, recorded with who did it', async () => {
  let refusing = true;
  const got = await owner('again', () => refusing);
  const id = randomUUID();
  put('again', event({ n: 1 }, { id }), { messageId: id, headers: { tier: 'gold' } });
  const letter = await letterOf('again');
  refusing = false;
  expect(await call(`${letter.id}/replay`)).toEqual({
    status: 200,
    body: { id: letter.id, outcome: 'sent', reason: null },
  });
  await eventually(() => expect(got).toHaveLength(1));
  expect(got[0]?.events[0]).toMatchObject({ id: `${id}.replay-1`, data: { n: 1 } });
  expect(got[0]?.headers).toMatchObject({
    tier: 'gold',
    'baton-replay-of': id,
    'baton-replay-letter': letter.id,
  });
  await call(`${letter.id}/replay`, {});
  await eventually(() => expect(got[1]?.events[0]?.id).toBe(`${id}.replay-2`));
  const to = `queue ${mailboxOf('again')}`;
  expect((await door.get(`/api/dead-letters/${letter.id}`)).json()).toMatchObject({
    replays: 2,
    replayedTo: to,
    replayedBy: 'user:admin',
    history: [{ to: 'replayed', actor: 'user:admin', reason: to }, { to: 'replayed' }],
  });
  expect(await lettersOf('again', 1, '&replayed=true')).toHaveLength(1);
  expect(await lettersOf('again', 0, '&replayed=false')).toHaveLength(0);
});

test('to another place: a mailbox, a channel, a topic, an exchange; nowhere, full, back again are told', async () => {
  await owner('first', () => true);
  put('first', event({ n: 1 }));
  const { id } = await letterOf('first');
  const other = await owner('other');
  const places = [{ address: own('other'), durable: true }, { queue: mailboxOf('other') }];
  for (const to of [...places, { exchange: exchanges.messages.name, key: `mailbox.${own('other')}` }]) {
    expect(await call(`${id}/replay`, { to })).toMatchObject({ status: 200 });
  }
  await eventually(() => expect(other).toHaveLength(3));
  for (const to of [
    { address: own('other') },
    { channel: 'none' },
    { topic: 'no.one' },
    { exchange: 'gone', key: 'x' },
  ]) {
    expect(await call(`${id}/replay`, { to })).toMatchObject({ status: 502, body: { code: 'UNROUTABLE' } });
  }
  for (const to of [{}, { queue: 'a', channel: 'b' }, { queue: queues.deadLetters.name }, { address: 'no address' }]) {
    expect(await call(`${id}/replay`, { to })).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  }
  const full = {
    name: `test.${randomUUID()}`,
    life: 'durable',
    bindings: [],
    maxLength: 1,
    overflow: 'refuse',
  } as const;
  await bus.admin.declare(full);
  expect(await call(`${id}/replay`, { to: { queue: full.name } })).toMatchObject({ status: 200 });
  expect(await call(`${id}/replay`, { to: { queue: full.name } })).toMatchObject({
    status: 429,
    body: { code: 'RECIPIENT_FULL' },
  });
  expect((await door.get(`/api/dead-letters/${id}`)).json()).toMatchObject({ replays: 4 });
});

test('what Baton itself says is not said again in its name', async () => {
  plain.publish(exchanges.deadLetters.name, '', Buffer.from(event({}, { type: 'io.baton.task.finished.v1' })), {
    contentType: 'application/cloudevents+json',
    headers: { 'baton-reason': 'forged', 'baton-origin': mailboxOf('forged') },
  });
  const { id } = await letterOf('forged');
  for (const body of [undefined, { to: { exchange: exchanges.results.name, key: 'results' } }]) {
    expect(await call(`${id}/replay`, body)).toMatchObject({ status: 409, body: { code: 'STATE_CONFLICT' } });
  }
});

test('many at once: in their order, page by page, each with its outcome', async () => {
  let refusing = true;
  const got = await owner('many', () => refusing);
  for (let n = 0; n < 25; n++) put('many', event({ n }));
  const letters = await lettersOf('many', 25);
  refusing = false;
  const origin = mailboxOf('many');
  const first = await call('replay', { filter: { origin }, limit: 20 });
  expect([first.status, first.body.outcomes]).toEqual([200, { sent: 20 }]);
  const second = await call('replay', { filter: { origin }, limit: 20, cursor: first.body.nextCursor });
  expect([second.body.outcomes, second.body.nextCursor]).toEqual([{ sent: 5 }, null]);
  await eventually(() => expect(got).toHaveLength(25));
  expect(got.map(({ events }) => (events[0]?.data as { n: number }).n)).toEqual(
    Array.from({ length: 25 }, (_, n) => n),
  );
  const chosen = [letters[0]?.id, randomUUID()];
  const mixed = await call('replay', { ids: chosen, to: { queue: 'nowhere' } });
  expect(mixed.body.outcomes).toEqual({ unroutable: 1, 'not-found': 1 });
  expect(mixed.body.items).toContainEqual({
    id: letters[0]?.id,
    outcome: 'unroutable',
    reason: expect.stringContaining('queue nowhere'),
  });
});

test('purged: one, some by id, the rest by filter; audited', async () => {
  await owner('purged', () => true);
  for (let n = 0; n < 5; n++) put('purged', event({ n }));
  const [a, b] = (await lettersOf('purged', 5)).map(({ id }) => id) as [string, string];
  const remove = (id: string) =>
    door.app.inject({ method: 'DELETE', url: `/api/dead-letters/${id}`, headers: door.bearer });
  expect((await remove(a)).statusCode).toBe(204);
  expect((await remove(a)).json()).toMatchObject({ status: 404, code: 'DEAD_LETTER_NOT_FOUND' });
  expect((await call('purge', { ids: [a, b] })).body).toEqual({ purged: 1, more: false });
  const filter = { origin: mailboxOf('purged') };
  expect((await call('purge', { filter, limit: 2 })).body).toEqual({ purged: 2, more: true });
  expect((await call('purge', { filter, limit: 2 })).body).toEqual({ purged: 1, more: false });
  for (const body of [{}, { ids: [a], filter }]) expect((await call('purge', body)).status).toBe(400);
  const actions = await readAuditPage(door.database, { subject: 'mesh' }, { order: 'newest', limit: 1 });
  expect(actions[0]).toMatchObject({ to: 'dead-letters-purged', actor: 'user:admin' });
});

test('viewers look, operators act, agents only send', async () => {
  const tokens = door.app.get(AccessTokens, { strict: false });
  const as = async (role: 'viewer' | 'agent' | 'operator') => {
    const authorization = `Bearer ${await tokens.issue({ id: randomUUID(), name: role, roles: [role] })}`;
    const status = async (method: 'GET' | 'POST', url: string, payload: object = {}) =>
      (await door.app.inject({ method, url, headers: { authorization }, ...(method === 'POST' && { payload }) }))
        .statusCode;
    const none = { ids: [randomUUID()] };
    return [
      await status('GET', '/api/dead-letters'),
      await status('POST', '/api/dead-letters/replay', none),
      await status('POST', '/api/dead-letters/purge', none),
      await status('POST', `/api/dead-letters/${randomUUID()}/replay`),
      await status('POST', '/api/messages'),
    ];
  };
  expect(await as('viewer')).toEqual([200, 403, 403, 403, 403]);
  expect(await as('agent')).toEqual([200, 403, 403, 403, 400]);
  expect(await as('operator')).toEqual([200, 200, 200, 404, 400]);
});

test('pages of the list follow one another', async () => {
  await owner('pages', () => true);
  for (let n = 0; n < 5; n++) put('pages', event({ n }));
  const all = await lettersOf('pages', 5);
  const url = `/api/dead-letters?origin=${mailboxOf('pages')}&limit=3`;
  const first = (await door.get(url)).json();
  const second = (await door.get(`${url}&cursor=${first.nextCursor}`)).json();
  expect([...first.items, ...second.items]).toEqual(all);
  expect(second.nextCursor).toBeNull();
  expect((await door.get('/api/dead-letters?reasonCode=none')).statusCode).toBe(400);
});
