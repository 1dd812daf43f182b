import { submitLimits } from '@baton/contracts';
import { eventKey } from './event-key';

test('the key of an event is its own, whatever it is made of', () => {
  const given = [
    { source: '/a', id: '1' },
    { source: '/b', id: '1' },
    { source: '/a', id: '2' },
    { source: '/a', id: 'x'.repeat(5000) },
    { source: '/a', id: 'y'.repeat(5000) },
    { source: '/a', id: '\ud800' },
  ];
  const keys = given.flatMap((event) => [eventKey(event), eventKey(event, '/0'), eventKey(event, '/1')]);
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key.length).toBeLessThanOrEqual(submitLimits.keyLength);
  for (const key of keys) expect(key).not.toMatch(/\p{Surrogate}/u);
  expect(given.map((event) => eventKey(event))).toEqual(given.map((event) => eventKey(event)));
  expect(keys[0]).toBe('/a#1');
});
