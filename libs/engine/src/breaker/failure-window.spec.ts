import fc from 'fast-check';
import { FailureWindow } from './failure-window';

test('forgets by sliding: half of the older half after half a window, all of it after two', () => {
  const window = new FailureWindow(100);
  for (let n = 0; n < 10; n += 1) window.add(n < 4, 1000);
  expect(window.sum(1099)).toEqual({ total: 10, failures: 4 });
  expect(window.sum(1150)).toEqual({ total: 5, failures: 2 });
  window.add(true, 1150);
  expect(window.sum(1150)).toEqual({ total: 6, failures: 3 });
  expect(window.sum(1400)).toEqual({ total: 0, failures: 0 });
});

test('never holds more failures than attempts, nor more attempts than there were in two windows', () => {
  const steps = fc.array(fc.record({ failed: fc.boolean(), afterMs: fc.nat(150) }));
  fc.assert(
    fc.property(steps, (added) => {
      const window = new FailureWindow(100);
      const times: number[] = [];
      let now = 0;
      for (const { failed, afterMs } of added) {
        now += afterMs;
        times.push(now);
        window.add(failed, now);
        const { total, failures } = window.sum(now);
        expect(failures).toBeLessThanOrEqual(total + 1e-9);
        expect(total).toBeLessThanOrEqual(times.filter((at) => at > now - 200).length + 1e-9);
        expect(total).toBeGreaterThanOrEqual(1);
      }
    }),
  );
});
