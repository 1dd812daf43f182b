import { Alarm } from './alarm';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('rings once, at the earliest of its times', () => {
  const ring = jest.fn();
  const alarm = new Alarm(ring);
  alarm.set(500);
  alarm.set(100);
  alarm.set(300);
  jest.advanceTimersByTime(99);
  expect(ring).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1000);
  expect(ring).toHaveBeenCalledTimes(1);
  alarm.set(-5);
  jest.advanceTimersByTime(1);
  expect(ring).toHaveBeenCalledTimes(2);
});

test('a time too far for a timer does not ring at once; stopped, it never rings', () => {
  const ring = jest.fn();
  const alarm = new Alarm(ring);
  alarm.set(2 ** 40);
  jest.advanceTimersByTime(1000);
  alarm.stop();
  jest.advanceTimersByTime(2 ** 31);
  expect(ring).not.toHaveBeenCalled();
});
