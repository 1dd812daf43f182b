import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, type Delivery, queues, routes, type Verdict } from '@baton/bus';
import { messageReceipt, type ReceiptOutcome, requestFailed } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { createChannel, joinChannel, openMailbox, statement } from '@baton/persistence';
import { specDoor } from '../../../test/spec-door';

const door = specDoor();
let bus: Bus;
beforeAll(async () => {
  const logger = createLogger('messages-spec', 'silent');
  bus = await connectBus({ url: door.brokerUrl, name: 'messages-spec', source: '/tests/recipients', logger });
});
afterAll(() => bus?.close());

const hello = { type: 'com.example.hello', data: { text: 'hi' } };
const send = async (body: object, key?: string) => {
  const answer = await door.post('/api/messages', body, key === undefined ? {} : { 'idempotency-key': key });
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
};

/** Somebody at these addresses, and in a channel, who tells what became of each message as the wire asks. */
async function recipient(
  name: string,
  outcome: ReceiptOutcome | 'silent',
  channel?: string,
  address = name,
): Promise<Delivery[]> {
  const got: Delivery[] = [];
  const queue = queues.messages(randomUUID(), [address]);
  const bindings = channel === undefined ? queue.bindings : [...queue.bindings, routes.channel(channel)];
  await bus.consume({ ...queue, bindings }, async (delivery): Promise<Verdict> => {
    got.push(delivery);
    const reason = outcome === 'refused' ? 'not today' : null;
    if (outcome !== 'silent') await delivery.reply({ kind: messageReceipt, data: { address: name, outcome, reason } });
    return 'done';
  });
  return got;
}

test('direct: what the recipient said, with sender, key, trace and headers as they were given', async () => {
  const got = await recipient('ada', 'handled');
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const body = { pattern: 'direct', to: 'ada', ...hello, subject: 's', headers: { tier: 'gold' } };
  const answer = await door.post('/api/messages', body, { 'idempotency-key': 'key-1', traceparent });
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    {
      id: 'key-1',
      pattern: 'direct',
      outcome: 'delivered',
      recipients: [{ address: 'ada', outcome: 'handled', reason: null }],
    },
  ]);
  expect(got[0]?.events[0]).toMatchObject({ ...hello, id: 'key-1', source: '/users/admin', subject: 's', traceparent });
  expect(got[0]?.headers).toMatchObject({ tier: 'gold', 'baton-receipt': 'wanted' });
});

test('direct: refused with the reason, silence is 202, nobody is 502 at once, no receipt asked is 202', async () => {
  await recipient('refuser', 'refused');
  await recipient('silent', 'silent');
  const to = async (address: string, more: object) => send({ pattern: 'direct', to: address, ...hello, ...more });
  expect(await to('refuser', {})).toMatchObject({
    status: 200,
    body: { recipients: [{ outcome: 'refused', reason: 'not today' }] },
  });
  expect(await to('silent', { receiptWithinMs: 50 })).toMatchObject({
    status: 202,
    body: { outcome: 'delivered', recipients: [{ address: 'silent', outcome: 'no-answer' }] },
  });
  expect(await to('silent', { receiptWithinMs: 0 })).toMatchObject({ status: 202, body: { recipients: [] } });
  for (const more of [{}, { receiptWithinMs: 0 }, { durable: true }]) {
    const { status, body } = await to('nobody', more);
    expect([status, body.code, body.detail]).toEqual([502, 'UNROUTABLE', expect.stringContaining('nobody')]);
  }
});

test('a full queue: 429, and when to come back', async () => {
  const queue = queues.messages(randomUUID(), ['full']);
  // Takes one and keeps it; a second fills the queue.
  let taken = 0;
  const stuck = new Promise<Verdict>(() => undefined);
  await bus.consume({ ...queue, maxLength: 1 }, () => (taken++, stuck), { prefetch: 1 });
  const one = { pattern: 'direct', to: 'full', ...hello, receiptWithinMs: 0 };
  expect((await send(one)).status).toBe(202);
  expect((await send(one)).status).toBe(202);
  const refused = await send(one);
  expect(refused).toMatchObject({ status: 429, body: { code: 'RECIPIENT_FULL' } });
  expect(refused.headers['retry-after']).toBeDefined();
  expect((await send({ ...one, receiptWithinMs: 1000 })).body.code).toBe('RECIPIENT_FULL');
  expect(taken).toBe(1);
});

test('multicast: everybody is told of, also who is not there', async () => {
  await recipient('m-1', 'handled');
  await recipient('m-2', 'filtered');
  const body = { pattern: 'multicast', to: ['m-1', 'm-2', 'm-3'], ...hello, receiptWithinMs: 100 };
  const { status, body: told } = await send(body);
  expect(status).toBe(202);
  expect(told.recipients.map(({ address, outcome }: Record<string, string>) => `${address} ${outcome}`)).toEqual([
    'm-1 handled',
    'm-2 filtered',
    'm-3 no-answer',
  ]);
  expect(await send({ ...body, to: ['m-8', 'm-9'] })).toMatchObject({ status: 502, body: { code: 'UNROUTABLE' } });
});

test('agents may be asked by their ids, though they answer by their names', async () => {
  const id = randomUUID();
  await recipient('m-4', 'handled');
  const got = await recipient('probe-7', 'handled', undefined, id);
  await door.database.run(
    statement(
      'spec-agent',
      `insert into agents (id, name, family, incarnation, version, state, host, pid, concurrency)
       values ($1, 'probe-7', 'probe', 1, '1', 'idle', 'here', 1, 1)`,
    ),
    [id],
  );
  const { status, body } = await send({ pattern: 'multicast', to: [id, 'm-4'], ...hello });
  expect([status, body.recipients.map(({ address }: Record<string, string>) => address)]).toEqual([200, [id, 'm-4']]);
  expect(got).toHaveLength(1);
});

test('durable: stored in whose mailbox, and in whose not', async () => {
  const box = `box-${randomUUID()}`;
  await openMailbox(door.database, box, 'test');
  await bus.admin.declare(queues.mailbox(box));
  const stored = { address: box, outcome: 'stored', reason: null };
  const one = await send({ pattern: 'direct', to: box, ...hello, durable: true });
  expect(one).toMatchObject({ status: 200, body: { outcome: 'stored', recipients: [stored] } });
  const two = await send({ pattern: 'multicast', to: [box, 'no-box'], ...hello, durable: true });
  expect(two).toMatchObject({
    status: 200,
    body: { outcome: 'stored', recipients: [stored, { address: 'no-box', outcome: 'unroutable' }] },
  });
  const [state] = await bus.admin.inspect([queues.mailbox(box).name]);
  expect(state?.messages).toBe(2);
});

test('broadcast: members with what they said; types of the channel are checked, the field is named', async () => {
  const channel = `news-${randomUUID()}`;
  const types = { 'com.example.hello': { type: 'object', properties: { text: { type: 'string' } } } };
  await createChannel(door.database, { name: channel, types }, 'test');
  const said = async (more: object = {}) => send({ pattern: 'broadcast', channel, ...hello, ...more });
  expect(await said()).toMatchObject({ status: 200, body: { outcome: 'unheard', recipients: [] } });
  await recipient('reader', 'handled', channel);
  await joinChannel(door.database, { channel, member: 'reader' }, 'test');
  await joinChannel(door.database, { channel, member: 'away' }, 'test');
  await joinChannel(door.database, { channel, member: 'keeper', durable: true }, 'test');
  const outcomesOf = (recipients: Record<string, string>[]) =>
    Object.fromEntries(recipients.map(({ address, outcome }) => [address, outcome]));
  const live = await said({ receiptWithinMs: 200 });
  expect([live.status, live.body.outcome]).toEqual([202, 'heard']);
  expect(outcomesOf(live.body.recipients)).toEqual({ reader: 'handled', away: 'no-answer', keeper: 'stored' });
  const durable = await said({ durable: true });
  expect(outcomesOf(durable.body.recipients)).toEqual({ reader: 'unconfirmed', away: 'unconfirmed', keeper: 'stored' });
  expect(await said({ data: { text: 1 } })).toMatchObject({
    status: 422,
    body: { code: 'INPUT_INVALID', errors: [{ path: 'data.text', message: 'must be string' }] },
  });
  expect(await said({ type: 'com.example.other' })).toMatchObject({
    status: 422,
    body: { errors: [{ path: 'type' }] },
  });
  expect(await said({ channel: 'no-such' })).toMatchObject({ status: 404, body: { code: 'CHANNEL_NOT_FOUND' } });
});

test('publish-subscribe: heard or unheard; receipts when they are asked for', async () => {
  const queue = queues.subscription(randomUUID(), ['orders.*.eu']);
  await bus.consume(queue, async (delivery): Promise<Verdict> => {
    const receipt = { address: 'subscriber', outcome: 'filtered', reason: null } as const;
    await delivery.reply({ kind: messageReceipt, data: receipt });
    return 'done';
  });
  const publish = async (topic: string, more: object = {}) =>
    send({ pattern: 'publish-subscribe', topic, ...hello, ...more });
  expect(await publish('orders.placed.eu')).toMatchObject({ status: 200, body: { outcome: 'heard', recipients: [] } });
  expect(await publish('orders.placed.us')).toMatchObject({ status: 200, body: { outcome: 'unheard' } });
  expect(await publish('orders.placed.eu', { receiptWithinMs: 200 })).toMatchObject({
    status: 200,
    body: { outcome: 'heard', recipients: [{ address: 'subscriber', outcome: 'filtered' }] },
  });
});

test('request-response: the answer, the problem, nobody, too late', async () => {
  const kind = { type: 'com.example.answer', summary: '', schema: true };
  await bus.consume(queues.messages(randomUUID(), ['oracle']), async (delivery): Promise<Verdict> => {
    const { code, silent } = delivery.events[0]?.data as { code?: string; silent?: boolean };
    const problem = { type: 'x', title: 'x', status: 409, detail: 'no such thing', code };
    if (silent) return 'done';
    await delivery.reply(code ? { kind: requestFailed, data: problem } : { kind, data: { n: 42 } });
    return 'done';
  });
  const ask = async (to: string, data: object = {}) =>
    send({ pattern: 'request-response', to, type: 'com.example.ask', data, timeoutSeconds: 0.2 });
  expect(await ask('oracle')).toMatchObject({
    status: 200,
    body: { outcome: 'answered', answer: { type: 'com.example.answer', data: { n: 42 } } },
  });
  expect(await ask('nobody')).toMatchObject({ status: 502, body: { code: 'UNROUTABLE' } });
  expect(await ask('oracle', { silent: true })).toMatchObject({ status: 504, body: { code: 'REQUEST_TIMEOUT' } });
  const detail = expect.stringContaining('oracle answered: no such thing');
  expect(await ask('oracle', { code: 'STATE_CONFLICT' })).toMatchObject({
    status: 409,
    body: { code: 'STATE_CONFLICT', detail },
  });
  for (const code of ['INTERNAL', 'UNAUTHENTICATED', 'MY_OWN']) {
    expect(await ask('oracle', { code })).toMatchObject({ status: 502, body: { code: 'RECIPIENT_FAILED', detail } });
  }
});

test('what only Baton sends is refused, and a key that is none', async () => {
  const forged = { pattern: 'direct', to: 'ada', type: 'io.baton.channel.joined.v1', data: {} };
  expect(await send(forged)).toMatchObject({
    status: 422,
    body: { code: 'INPUT_INVALID', errors: [{ path: 'type' }] },
  });
  const spaced = await send({ pattern: 'direct', to: 'ada', ...hello }, 'a b');
  expect(spaced).toMatchObject({ status: 400, body: { errors: [{ path: 'Idempotency-Key' }] } });
});
