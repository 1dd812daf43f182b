import { Patience } from './patience';

test('a receiver that fails gets one delivery at a time, and rests longer each time', () => {
  const patience = new Patience();
  expect(patience.room('w', 4)).toBe(4);
  patience.failed('w', 0);
  expect([patience.room('w', 4), patience.room('v', 4)]).toEqual([1, 4]);
  expect([patience.resting(999), patience.resting(1000)]).toEqual([['w'], []]);
  patience.failed('w', 1000);
  expect([patience.resting(2999), patience.resting(3000)]).toEqual([['w'], []]);
  for (let n = 1; n <= 40; n++) patience.failed('w', n * 60_000);
  expect([patience.resting(2_459_999), patience.resting(2_460_000)]).toEqual([['w'], []]);
});

test('what fails together is one failure', () => {
  const patience = new Patience();
  for (let n = 0; n < 8; n++) patience.failed('w', n);
  expect([patience.resting(999), patience.resting(1000)]).toEqual([['w'], []]);
});

test('one success, and all is forgotten', () => {
  const patience = new Patience();
  patience.failed('w', 0);
  expect([patience.succeeded('w'), patience.succeeded('w')]).toEqual([true, false]);
  expect(patience.room('w', 4)).toBe(4);
});

test('webhooks that are gone are not remembered', () => {
  const patience = new Patience();
  patience.failed('w', 0);
  patience.failed('v', 0);
  patience.keep(new Set(['v']));
  expect(patience.resting(1)).toEqual(['v']);
});
