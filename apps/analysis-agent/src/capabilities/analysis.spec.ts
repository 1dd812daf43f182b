import { createValidator } from '@baton/bus';
import { Anomalies } from './anomalies';
import { Describe } from './describe';

const describeSample = new Describe();
const anomalies = new Anomalies();

test('answers fit the published schemas', () => {
  for (const values of [[1], [1, 2, 2, 9], Array.from({ length: 100 }, (_, n) => n % 7)]) {
    expect(createValidator(describeSample.output)(describeSample.execute({ values }))).toEqual([]);
    expect(createValidator(anomalies.output)(anomalies.execute({ values }))).toEqual([]);
  }
});

test.each([[{}], [{ values: [] }], [{ values: [1, 'x'] }], [{ values: [Infinity] }], [{ values: [1], mean: 1 }]])(
  'describe refuses %j at submission',
  (input) => expect(createValidator(describeSample.input)(input)).not.toEqual([]),
);

test.each([
  [{ values: [1], method: 'guess' }],
  [{ values: [1], sensitivity: 2 }],
  [{ values: [NaN] }],
  [{ values: [1], period: 1 }],
])('anomalies refuses %j at submission', (input) => expect(createValidator(anomalies.input)(input)).not.toEqual([]));

test('figures that no number can hold are refused instead of becoming null', () => {
  const found = describeSample.execute({ values: [1e308, -1e308, 1e307] });
  expect(() => describeSample.validate(found)).toThrow(/variance is larger/);
});

test('an anomaly carries the timestamp it was given with', () => {
  const timestamps = Array.from({ length: 20 }, (_, day) => Date.UTC(2026, 0, 20 - day));
  const values = timestamps.map((_at, day) => (day === 4 ? 500 : 10 + (day % 3)));
  expect(anomalies.execute({ values, timestamps }).anomalies).toMatchObject([
    { index: 4, timestamp: timestamps[4], value: 500 },
  ]);
  expect(() => anomalies.execute({ values, timestamps: [1] })).toThrow(/1 timestamps for 20 values/);
});
