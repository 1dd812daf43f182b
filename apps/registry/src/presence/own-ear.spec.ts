import { OwnEar } from './own-ear';

const look = (ear: OwnEar, id: string, now: number, back = true): number => {
  ear.send(id, now);
  if (back) ear.heard(id);
  return ear.soundForMs(now);
};

test('hears as long as every message comes back', () => {
  const ear = new OwnEar(1000, 0);
  expect(look(ear, '1', 1000)).toBe(1000);
  expect(look(ear, '2', 2000)).toBe(2000);
});

test('one that is out is not trusted, and starts the time anew when the next look finds it missing', () => {
  const ear = new OwnEar(1000, 0);
  look(ear, '1', 1000);
  expect(look(ear, '2', 2000, false)).toBe(0);
  expect(look(ear, '3', 3000)).toBe(0);
  expect(look(ear, '4', 4000)).toBe(1000);
});

test('an old message that comes late does not count for a new one', () => {
  const ear = new OwnEar(1000, 0);
  look(ear, '1', 1000, false);
  ear.send('2', 2000);
  ear.heard('1');
  expect(ear.soundForMs(2000)).toBe(0);
});

test('a process that stalled is not trusted, not even before it looks again, and starts anew', () => {
  const ear = new OwnEar(1000, 0);
  look(ear, '1', 1000);
  expect(ear.soundForMs(2000)).toBe(2000);
  expect(ear.soundForMs(60_000)).toBe(0);
  expect(look(ear, '2', 60_000)).toBe(0);
  expect(look(ear, '3', 61_000)).toBe(1000);
});
