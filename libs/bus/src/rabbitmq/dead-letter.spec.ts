import { type ConsumeMessage } from 'amqplib';
import { wireLimits } from '../codec';
import { toDeadLetter } from './dead-letter';

const message = {
  content: Buffer.from('anything'),
  fields: { exchange: 'baton.results', routingKey: 'results' },
  properties: {
    messageId: 'm',
    type: 't',
    contentType: 'text/plain',
    correlationId: undefined,
    timestamp: 5,
    userId: 'mallory',
    headers: { color: 'red', CC: ['other'], 'x-delivery-count': 2, 'baton-bytes': 1, 'baton-user': 'somebody else' },
  },
} as unknown as ConsumeMessage;

test('content and properties stay, the reason and origin are added, and no header routes it elsewhere', () => {
  const letter = toDeadLetter(message, 'q', { reason: 'bad', code: 'invalid' });
  expect(letter).toMatchObject({ exchange: 'baton.dead-letters', key: 'results', content: message.content });
  expect(letter.properties).toEqual({
    persistent: true,
    messageId: 'm',
    type: 't',
    contentType: 'text/plain',
    timestamp: 5,
    headers: {
      color: 'red',
      'baton-reason': 'bad',
      'baton-reason-code': 'invalid',
      'baton-origin': 'q',
      'baton-exchange': 'baton.results',
      'baton-key': 'results',
      'baton-at': expect.stringMatching(/^\d{4}-.*Z$/),
      'baton-user': 'mallory',
      'baton-letter': expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
});

test('some events of a batch travel as a batch, a long reason is cut', () => {
  const event = { specversion: '1.0', id: '1', source: '/s', type: 't', data: 1 } as const;
  const letter = toDeadLetter(message, 'q', { reason: 'x'.repeat(10_000), code: 'invalid' }, [event]);
  expect(JSON.parse(letter.content.toString())).toEqual([event]);
  expect(letter.properties.contentType).toBe('application/cloudevents-batch+json');
  expect(String((letter.properties.headers as Record<string, unknown>)['baton-reason'])).toHaveLength(2_000);
});

test('of what is larger than the wire allows the beginning is kept, with its size', () => {
  const large = { ...message, content: Buffer.alloc(wireLimits.messageBytes + 1, 'x') };
  const letter = toDeadLetter(large, 'q', { reason: 'too large', code: 'too-large', deliveries: 3 });
  expect(letter.content).toHaveLength(64 * 1024);
  expect(letter.properties.headers).toMatchObject({ 'baton-bytes': large.content.length, 'baton-deliveries': 3 });
});
