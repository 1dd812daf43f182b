import fc from 'fast-check';
import { RetryBudgets } from './retry-budget';

const policy = { perSuccess: 0.2, floorPerSecond: 2, most: 5 };

function spent(budgets: RetryBudgets, times: number, nowMs: number, capability = 'a.b'): number {
  return Array.from({ length: times }, () => budgets.spend(capability, nowMs)).filter(Boolean).length;
}

test('what is saved at first, then the floor', () => {
  const budgets = new RetryBudgets(policy);
  expect(spent(budgets, 10, 0)).toBe(5);
  expect(spent(budgets, 10, 499)).toBe(0);
  expect(spent(budgets, 10, 1500)).toBe(3);
});

test('each success at the first attempt earns its share, up to what may be saved', () => {
  const budgets = new RetryBudgets(policy);
  spent(budgets, 5, 0);
  for (let n = 0; n < 10; n += 1) budgets.succeeded('a.b');
  expect(spent(budgets, 10, 0)).toBe(2);
  for (let n = 0; n < 1000; n += 1) budgets.succeeded('a.b');
  expect(spent(budgets, 10, 0)).toBe(5);
});

test('unless told otherwise: a thousand are saved, and there are fifty a second', () => {
  const budgets = new RetryBudgets();
  expect([spent(budgets, 2000, 0), spent(budgets, 2000, 1000)]).toEqual([1000, 50]);
});

test('capabilities do not share', () => {
  const budgets = new RetryBudgets(policy);
  expect([spent(budgets, 10, 0), spent(budgets, 10, 0, 'c.d')]).toEqual([5, 5]);
});

test('never more than was saved, earned and is always there, also when the clock goes back', () => {
  const event = fc.record({ passMs: fc.integer({ min: -200, max: 400 }), success: fc.boolean() });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const budgets = new RetryBudgets(policy);
      let [now, latest, successes, retries] = [0, 0, 0, 0];
      for (const { passMs, success } of events) {
        now = Math.max(0, now + passMs);
        latest = Math.max(latest, now);
        if (success) successes += 1;
        if (success) budgets.succeeded('a.b');
        else if (budgets.spend('a.b', now)) retries += 1;
      }
      const bound = policy.most + successes * policy.perSuccess + (latest / 1000) * policy.floorPerSecond;
      expect(retries).toBeLessThanOrEqual(bound + 1e-6);
    }),
  );
});
