import { LoginThrottle } from './login-throttle';

describe('LoginThrottle', () => {
  let now = 1000;
  const throttle = () => new LoginThrottle(() => now);
  const fail = (subject: LoginThrottle, times: number) => {
    for (let n = 0; n < times; n++) subject.failed('ada 10.0.0.1');
  };

  test('four failures are forgiven, the fifth closes the door until the minute is over', () => {
    const subject = throttle();
    fail(subject, 4);
    expect(subject.secondsToWait('ada 10.0.0.1', 5)).toBe(0);
    now += 20_000;
    fail(subject, 1);
    expect(subject.secondsToWait('ada 10.0.0.1', 5)).toBe(40);
    now += 40_000;
    expect(subject.secondsToWait('ada 10.0.0.1', 5)).toBe(0);
  });

  test('others are not held up, and success forgets', () => {
    const subject = throttle();
    fail(subject, 5);
    expect(subject.secondsToWait('bob 10.0.0.1', 5)).toBe(0);
    subject.succeeded('ada 10.0.0.1');
    expect(subject.secondsToWait('ada 10.0.0.1', 5)).toBe(0);
  });
});
