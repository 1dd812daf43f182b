import { Slots } from './slots';

const user = (lane = 'a', limit = 10): { lane: string; limit: number } => ({ lane, limit });

test('never more than the concurrency run; the surplus waits, what is beyond is not taken', () => {
  const slots = new Slots<string>(2, 1);
  const places = ['a', 'b', 'c', 'd'].map((item) => slots.offer(item, user(), true));
  expect(places).toEqual(['start', 'start', 'wait', 'full']);
  expect(slots.running).toBe(2);
  expect(slots.next()).toBeUndefined();
  slots.release(user());
  expect(slots.next()).toBe('c');
  expect(slots.next()).toBeUndefined();
});

test('a full lane waits and does not hold up the others', () => {
  const slots = new Slots<string>(3, 5);
  expect(slots.offer('a1', user('a', 1), true)).toBe('start');
  expect(slots.offer('a2', user('a', 1), true)).toBe('wait');
  expect(slots.offer('b1', user('b', 1), true)).toBe('wait'); // in order: behind a2 until asked for
  expect(slots.next()).toBe('b1');
  expect(slots.next()).toBeUndefined();
  slots.release(user('a', 1));
  expect(slots.next()).toBe('a2');
});

test('those who wait go in order of arrival, before whoever comes later', () => {
  const slots = new Slots<string>(1, 5);
  for (const item of ['a', 'b', 'c']) slots.offer(item, user(), true);
  slots.release(user());
  expect(slots.offer('d', user(), true)).toBe('wait');
  expect(slots.next()).toBe('b');
});

test('nothing starts while it may not, and who waits can be taken out', () => {
  const slots = new Slots<string>(2, 5);
  for (const item of ['a', 'b', 'c']) expect(slots.offer(item, user(), false)).toBe('wait');
  expect([slots.drop('b'), slots.drop('b')]).toEqual([true, false]);
  expect([slots.next(), slots.next(), slots.next()]).toEqual(['a', 'c', undefined]);
});

test('who is bound keeps its place, counts as waiting, and holds up nobody', () => {
  const slots = new Slots<string>(2, 4);
  expect(slots.bind('f', user())).toBe('wait');
  expect(slots.offer('a', user(), true)).toBe('start');
  expect(slots.next()).toBeUndefined();
  expect(slots.offer('b', user(), true)).toBe('start');
  for (const item of ['c', 'd']) expect(slots.offer(item, user(), true)).toBe('wait');
  expect([slots.bind('g', user()), slots.bind('h', user()), slots.offer('e', user(), true)]).toEqual([
    'wait',
    'full',
    'full',
  ]);
  slots.release(user());
  expect(slots.next()).toBe('c');
  slots.unbind('f');
  slots.release(user());
  expect(slots.offer('e', user(), true)).toBe('wait'); // behind f and d
  expect(slots.next()).toBe('f');
});

test('who is bound can be taken out, and who was not bound is nobody', () => {
  const slots = new Slots<string>(1, 2);
  slots.bind('f', user());
  slots.unbind('x');
  expect([slots.drop('f'), slots.drop('f')]).toEqual([true, false]);
  expect(slots.offer('a', user(), true)).toBe('start');
  expect(slots.offer('b', user(), true)).toBe('wait');
  slots.unbind('b');
  slots.release(user());
  expect([slots.offer('c', user(), true), slots.next(), slots.next()]).toEqual(['wait', 'b', undefined]);
});

test('who is bound but was not taken does not count', () => {
  const slots = new Slots<string>(1, 1);
  expect([slots.bind('f', user()), slots.bind('g', user())]).toEqual(['wait', 'full']);
  expect(slots.offer('a', user(), true)).toBe('start');
});
