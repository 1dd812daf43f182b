import { array, assert, integer, property, string, tuple } from 'fast-check';
import { outgoing } from '../bus';
import { defineMessage } from '@baton/contracts';
import { HandledWindow } from './handled-window';

const said = defineMessage<string>({ type: 'io.baton.test.said.v1', summary: 'Text.', schema: { type: 'string' } });
const answer = (text: string) => ({ kind: outgoing(said, text).kind, dataJson: JSON.stringify(text) });
const event = (id: string, source = '/s') => ({ source, id });

test('it knows exactly the last so many events', () => {
  assert(
    property(array(integer({ min: 0, max: 30 }), { maxLength: 100 }), integer({ min: 1, max: 12 }), (numbers, ids) => {
      const window = new HandledWindow({ ids, answerCharacters: 100 });
      for (const n of numbers) window.keep(event(String(n)));
      const latest = [...new Set([...numbers].reverse())];
      latest.forEach((n, age) => expect(window.has(event(String(n)))).toBe(age < ids));
    }),
  );
});

test('events differ when source or id differ, whatever is in them', () => {
  assert(
    property(tuple(string(), string()), tuple(string(), string()), ([source, id], [otherSource, otherId]) => {
      const window = new HandledWindow();
      window.keep({ source, id });
      expect(window.has({ source, id })).toBe(true);
      expect(window.has({ source: otherSource, id: otherId })).toBe(source === otherSource && id === otherId);
    }),
  );
  const window = new HandledWindow();
  window.keep(event('bc', 'a'));
  expect(window.has(event('c', 'ab'))).toBe(false);
});

test('long ids take no more room than short ones, and are told apart', () => {
  const window = new HandledWindow();
  const long = 'x'.repeat(100_000);
  window.keep(event(`${long}1`));
  expect([window.has(event(`${long}1`)), window.has(event(`${long}2`))]).toEqual([true, false]);
});

test('answers that take too much room are forgotten, the oldest first; their events are not', () => {
  const window = new HandledWindow({ ids: 10, answerCharacters: 50 });
  for (const id of ['1', '2', '3']) window.keep(event(id), answer('y'.repeat(20)));
  expect(['1', '2', '3'].map((id) => window.answerTo(event(id)) !== undefined)).toEqual([false, true, true]);
  window.keep(event('4'), answer('y'.repeat(60)));
  expect(window.answerTo(event('4'))).toBeUndefined();
  expect(['1', '2', '3', '4'].every((id) => window.has(event(id)))).toBe(true);
});
