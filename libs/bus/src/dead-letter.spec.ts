import { type ConsumeMessage } from 'amqplib';
import { type RawDelivery } from './bus';
import { readDeadLetter } from './dead-letter';
import { toDeadLetter } from './rabbitmq/dead-letter';

function raw(more: Partial<RawDelivery> = {}): RawDelivery {
  return {
    content: Buffer.from('?'),
    properties: {},
    exchange: 'baton.dead-letters',
    key: 'k',
    headers: {},
    redelivered: false,
    bytes: 1,
    ...more,
  };
}

/** As RabbitMQ notes it, most recent first. */
function death(reason: string, more: object = {}): RawDelivery['headers'] {
  const time = { '!': 'timestamp', value: 1_800_000_000 };
  return { 'x-death': [{ reason, queue: 'baton.mailbox.a', exchange: 'baton.messages', time, count: 1, ...more }] };
}

const event = { specversion: '1.0', id: 'e1', source: '/agents/a', type: 'order', data: {} };
const readable = {
  content: Buffer.from(JSON.stringify(event)),
  properties: { contentType: 'application/cloudevents+json', userId: 'broker-checked' },
};

test.each([
  ['expired', 'expired'],
  ['maxlen', 'overflow'],
  ['delivery_limit', 'poison'],
  ['rejected', 'refused'],
  ['something new', 'unknown'],
])('what the broker calls %s is %s', (reason, reasonCode) => {
  const letter = readDeadLetter(raw({ ...readable, headers: { color: 'red', ...death(reason) } }));
  expect(letter).toMatchObject({
    reasonCode,
    messageId: 'e1',
    type: 'order',
    source: '/agents/a',
    originQueue: 'baton.mailbox.a',
    exchange: 'baton.messages',
    key: 'k',
    at: new Date(1_800_000_000_000),
    user: 'broker-checked',
    headers: { color: 'red' },
  });
  expect(letter.reason).not.toBe('');
});

test('the broker counts deliveries of what it gave up', () => {
  const headers = { ...death('delivery_limit'), 'x-delivery-count': 20 };
  expect(readDeadLetter(raw({ headers })).deliveries).toBe(21);
});

test('a letter of a consumer reads as it was refused; its sender is who sent it, not who refused it', () => {
  const message = {
    content: readable.content,
    fields: { exchange: 'baton.messages', routingKey: 'live.b' },
    properties: { ...readable.properties, messageId: 'm', headers: { color: 'red', 'baton-user': 'forged' } },
  } as unknown as ConsumeMessage;
  const { content, key, properties } = toDeadLetter(message, 'q', { reason: 'no', code: 'invalid', deliveries: 4 });
  const { headers, ...others } = properties as { headers: Record<string, unknown> };
  const delivery = raw({ content, key, headers, properties: { ...others, userId: 'the refuser' } });
  const letter = readDeadLetter(delivery);
  expect(letter).toMatchObject({
    messageId: 'm',
    reason: 'no',
    reasonCode: 'invalid',
    originQueue: 'q',
    exchange: 'baton.messages',
    key: 'live.b',
    user: 'broker-checked',
    headers: { color: 'red' },
    deliveries: 4,
  });
  expect(readDeadLetter({ ...delivery, redelivered: true }).id).toBe(letter.id);
  const again = toDeadLetter(message, 'q', { reason: 'no', code: 'invalid' });
  expect(readDeadLetter(raw({ headers: again.properties.headers as RawDelivery['headers'] })).id).not.toBe(letter.id);
});

test.each([
  ['nothing at all', {}],
  ['headers of another shape', { headers: { 'x-death': 'yes', 'baton-reason': 7, 'baton-at': {} } }],
  ['a death of another shape', { headers: { 'x-death': [null], 'baton-origin': 'q' } }],
  ['a death without particulars', { headers: { 'x-death': [{ reason: 'expired', time: 'never' }] } }],
  ['bytes', { content: Buffer.from([0, 255, 1]), properties: { contentType: 'application/cloudevents+json' } }],
  ['times that are none', { headers: { 'baton-reason': 'r', 'baton-origin': 'q', 'baton-at': 'then' } }],
])('garbage with %s is a letter as well', (_what, more: Partial<RawDelivery>) => {
  const letter = readDeadLetter(raw(more));
  expect(letter.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(letter.reason).not.toBe('');
  expect(letter.at).toBeUndefined();
  expect(Object.values(letter)).not.toContain(undefined);
});
