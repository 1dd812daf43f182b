import { MessageInvalidError } from '../errors';
import { destinationOf, eventKey, requestTarget, typeOf } from './pattern';

test.each<[string, unknown, string, string]>([
  ['a text', 'shop.order.v1', 'shop.order.v1', 'shop.order.v1'],
  [
    'an object with a type',
    { type: 'shop.order.v1', to: 'shop' },
    '{"to":"shop","type":"shop.order.v1"}',
    'shop.order.v1',
  ],
  ['an object as Nest users know it', { cmd: 'sum' }, '{"cmd":"sum"}', 'cmd:sum'],
  ['of several fields', { cmd: 'sum', of: 2 }, '{"cmd":"sum","of":2}', 'cmd:sum,of:2'],
  ['a number', 7, '7', '7'],
])('%s is a type', (_what, pattern, route, type) => {
  expect(typeOf(pattern, route)).toBe(type);
});

test.each(['', 'a b', 'a"b', 'a\\b', 'a\nb', 'x'.repeat(201)])('%j is no type', (type) => {
  expect(() => typeOf(type, type)).toThrow(MessageInvalidError);
});

test('a pattern leads to one place', () => {
  expect(destinationOf('shop.order.v1')).toBeUndefined();
  expect(destinationOf({ cmd: 'sum' })).toBeUndefined();
  expect(destinationOf({ type: 't', to: 'shop' })).toEqual({ by: 'address', to: 'shop' });
  expect(destinationOf({ type: 't', to: ['a', 'b'] })).toEqual({ by: 'addresses', to: ['a', 'b'] });
  expect(destinationOf({ type: 't', channel: 'news' })).toEqual({ by: 'channel', channel: 'news' });
  expect(destinationOf({ type: 't', key: 'a.b' })).toEqual({ by: 'key', key: 'a.b' });
  expect(destinationOf({ type: 't', queue: 'q' })).toEqual({ by: 'queue', queue: 'q' });
  expect(() => destinationOf({ type: 't', to: 'a', channel: 'b' })).toThrow(/one of to, channel, key and queue/);
});

test('a request goes to an address or a queue, and nowhere else', () => {
  expect(requestTarget({ by: 'address', to: 'shop' }, 't')).toEqual({ exchange: 'baton.messages', key: 'live.shop' });
  expect(requestTarget({ by: 'queue', queue: 'q' }, 't')).toEqual({ exchange: '', key: 'q' });
  expect(() => requestTarget({ by: 'address', to: 'no address' }, 't')).toThrow(/is no address/);
  expect(() => requestTarget(undefined, 't')).toThrow(/request t has no recipient.*`to`/);
  expect(() => requestTarget({ by: 'channel', channel: 'c' }, 't')).toThrow(/cannot go by channel/);
});

test('an event goes under its key, or its type', () => {
  expect(eventKey({ by: 'key', key: 'order.placed' }, 't')).toBe('order.placed');
  expect(eventKey(undefined, 'shop.order.v1')).toBe('shop.order.v1');
  expect(() => eventKey({ by: 'key', key: 'order.*' }, 't')).toThrow(/no key of an event/);
});
