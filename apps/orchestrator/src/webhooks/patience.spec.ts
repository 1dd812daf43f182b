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
  patience.succeeded('w', 1);
  expect([patience.room('w', 4), patience.resting(2)]).toEqual([4, []]);
});

test('one that failed again and again is back; one that refused something once was not away', () => {
  const patience = new Patience();
  patience.succeeded('w', 0);
  expect(patience.succeeded('w', 5)).toBeUndefined();
  patience.failed('w', 10);
  expect(patience.succeeded('w', 20)).toBeUndefined();
  patience.failed('w', 5000);
  patience.failed('w', 7000);
  expect(patience.succeeded('w', 10_000)).toEqual({ withinMs: 5000 });
  expect(patience.succeeded('w', 10_001)).toBeUndefined();
});

test('the first time that it takes something nobody knows how long it had been away', () => {
  const patience = new Patience();
  patience.failed('w', 0);
  expect(patience.succeeded('w', 1)).toEqual({ withinMs: null });
  expect(patience.succeeded('v', 1)).toEqual({ withinMs: null });
  patience.keep(new Set(['v']));
  expect([patience.succeeded('w', 2), patience.succeeded('v', 2)]).toEqual([{ withinMs: null }, undefined]);
});

test('however much waits for it, one that fails for an hour is asked 65 times', () => {
  const patience = new Patience();
  let asked = 0;
  for (let now = 0; now < 3_600_000; now += 100) {
    if (patience.resting(now).length > 0) continue;
    asked += 1;
    patience.failed('w', now);
  }
  expect(asked).toBe(65);
});

test('webhooks that are gone are not remembered', () => {
  const patience = new Patience();
  patience.failed('w', 0);
  patience.failed('v', 0);
  patience.keep(new Set(['v']));
  expect(patience.resting(1)).toEqual(['v']);
});
