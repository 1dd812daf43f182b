import { Throttle } from './throttle';

const passed = (throttle: Throttle<string, number>, now: number) => throttle.take(now).passed;

test('the first passes at once, what follows at the end of the interval, the newest only', () => {
  const throttle = new Throttle<string, number>(1000);
  throttle.add('a', 1);
  expect(throttle.take(0)).toEqual({ passed: [['a', 1]], nextAt: undefined });
  throttle.add('a', 2);
  throttle.add('a', 3);
  throttle.add('b', 1);
  expect(throttle.take(400)).toEqual({ passed: [['b', 1]], nextAt: 1000 });
  expect(passed(throttle, 999)).toEqual([]);
  expect(passed(throttle, 1000)).toEqual([['a', 3]]);
  throttle.add('a', 4);
  expect(throttle.take(1500)).toEqual({ passed: [], nextAt: 2000 });
});

test('after a while it passes at once again', () => {
  const throttle = new Throttle<string, number>(1000);
  throttle.add('a', 1);
  throttle.take(0);
  throttle.add('a', 2);
  expect(passed(throttle, 5000)).toEqual([['a', 2]]);
});

test('without an interval everything passes', () => {
  const throttle = new Throttle<string, number>(0);
  for (const value of [1, 2]) {
    throttle.add('a', value);
    expect(passed(throttle, 0)).toEqual([['a', value]]);
  }
});
