import { timeOrder } from './time-order';

test('values are judged in the order of their time and told by their place in the input', () => {
  const order = timeOrder([30, 10, 20], ['2026-01-03T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z']);
  if (!order.ok) throw new Error(order.fault);
  expect(order.values).toEqual([10, 20, 30]);
  const found = [
    { index: 0, value: 10, expected: 1, score: 9 },
    { index: 2, value: 30, expected: 1, score: 9 },
  ];
  expect(order.restore(found)).toEqual([
    { index: 0, value: 30, expected: 1, score: 9, timestamp: '2026-01-03T00:00:00Z' },
    { index: 1, value: 10, expected: 1, score: 9, timestamp: '2026-01-01T00:00:00Z' },
  ]);
});

test.each([
  [['yesterday-ish', 1], /timestamps\[0\]/],
  [[1], /1 timestamps for 2 values/],
])('timestamps %j are refused by name', (timestamps, fault) => {
  expect(timeOrder([1, 2], timestamps)).toMatchObject({ ok: false, fault: expect.stringMatching(fault) });
});
