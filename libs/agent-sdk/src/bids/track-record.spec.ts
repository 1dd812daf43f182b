import { defaultBid } from './bid';
import { TrackRecord } from './track-record';

test('nothing is known at first: a half', () => {
  const record = new TrackRecord();
  expect(record.meanMs).toBeUndefined();
  expect(record.confidence).toBe(0.5);
});

test('the mean is that of attempts that completed; confidence the share of those', () => {
  const record = new TrackRecord();
  record.note('completed', 100);
  record.note('failed', 9999);
  expect(record.meanMs).toBeCloseTo(100);
  expect(record.confidence).toBeCloseTo(0.49, 1);
  for (let n = 0; n < 50; n += 1) record.note('completed', 200);
  expect(record.meanMs).toBeGreaterThan(190);
  expect(record.confidence).toBeGreaterThan(0.85);
});

test('what is long ago is forgotten', () => {
  const record = new TrackRecord();
  for (let n = 0; n < 1000; n += 1) record.note('completed', 10);
  for (let n = 0; n < 60; n += 1) record.note('failed', 10);
  expect(record.confidence).toBeLessThan(0.15);
});

test.each([
  [
    { waitMs: 0, meanMs: 2000, confidence: 0.9 },
    { cost: 0, seconds: 2, confidence: 0.9 },
  ],
  [
    { waitMs: 1000, meanMs: 2000, confidence: 0.9 },
    { cost: 0, seconds: 3, confidence: 0.9 },
  ],
  [
    { waitMs: 0, meanMs: undefined, confidence: 0.5 },
    { cost: 0, seconds: 1, confidence: 0.5 },
  ],
])('the usual bid with %j', ({ meanMs, ...workload }, bid) => {
  expect(defaultBid({ ...workload, meanMs })).toEqual(bid);
});
