import { type FieldFault, type ValidationError } from '@baton/contracts';
import { readMessageBody } from './message-body';

const direct = { pattern: 'direct', to: 'probe-1', type: 'com.example.hello', data: null };

function refusal(body: unknown): { code: string; faults: readonly FieldFault[] } {
  try {
    readMessageBody(body);
  } catch (error) {
    const { code, faults } = error as ValidationError;
    return { code, faults };
  }
  throw new Error('was taken');
}

test.each([
  direct,
  { ...direct, durable: true, expirationMs: 1, subject: 's', headers: { tier: 'gold' } },
  { ...direct, pattern: 'multicast', to: ['a', 'b'], receiptWithinMs: 0 },
  { pattern: 'broadcast', channel: 'news', type: 't', data: { n: 1 } },
  { pattern: 'publish-subscribe', topic: 'orders.placed.eu', type: 't', data: [] },
  { ...direct, pattern: 'request-response', timeoutSeconds: 0.5 },
])('taken: %j', (body) => {
  expect(readMessageBody(body)).toBe(body);
});

test.each<[string, object, string[]]>([
  ['no destination', { pattern: 'direct', type: 't', data: 1 }, ['to']],
  ['of another pattern', { ...direct, pattern: 'broadcast' }, ['channel', 'to']],
  ['several for one', { ...direct, to: ['a'] }, ['to']],
  ['one for several', { ...direct, pattern: 'multicast' }, ['to']],
  ['an address that is none', { ...direct, to: 'no such thing' }, ['to', 'to', 'to']],
  ['wildcards', { pattern: 'publish-subscribe', topic: 'a.*', type: 't', data: 1 }, ['topic']],
  ['a durable request', { ...direct, pattern: 'request-response', durable: true }, ['durable']],
  ['receipts of who is away', { ...direct, durable: true, receiptWithinMs: 5 }, ['receiptWithinMs']],
  [
    'headers of the wire',
    { ...direct, headers: { 'baton-receipt': 'x', CC: 'y' } },
    ['headers.baton-receipt', 'headers.CC'],
  ],
  ['no data', { pattern: 'direct', to: 'a', type: 't' }, ['data']],
  ['a type with quotes', { ...direct, type: 'a"b' }, ['type']],
  ['unknown fields', { ...direct, urgent: true }, ['urgent']],
])('400 for %s', (_what, body, paths) => {
  const { code, faults } = refusal(body);
  expect({ code, paths: faults.map(({ path }) => path) }).toEqual({ code: 'VALIDATION_FAILED', paths });
});

test('what only Baton says nobody else can', () => {
  expect(refusal({ ...direct, type: 'io.baton.task.finished.v1' })).toMatchObject({
    code: 'INPUT_INVALID',
    faults: [{ path: 'type' }],
  });
  const forged = { pattern: 'publish-subscribe', topic: 'task.completed.probe.echo', type: 't', data: 1 };
  expect(refusal(forged)).toMatchObject({ code: 'INPUT_INVALID', faults: [{ path: 'topic' }] });
});
