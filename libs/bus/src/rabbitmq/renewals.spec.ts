import { Renewals } from './renewals';

/** When the channel is changed if there is a refusal every 50 ms. */
function dueBetween(renewals: Renewals, from: number, to: number): number[] {
  return Array.from({ length: (to - from) / 50 }, (_, step) => from + step * 50).filter((now) => renewals.due(now));
}

test('refusals change the channel at once and often for as long as an election takes, then ever more rarely', () => {
  const renewals = new Renewals();
  expect(dueBetween(renewals, 0, 5_000)).toEqual(Array.from({ length: 20 }, (_, index) => index * 250));
  expect(dueBetween(renewals, 5_000, 40_000)).toEqual([5_000, 5_500, 6_500, 8_500, 12_500, 20_500, 30_500]);
});

test('with a new connection, or after a time without refusals, it begins anew', () => {
  const renewals = new Renewals();
  dueBetween(renewals, 0, 10_000);
  renewals.reset();
  expect(dueBetween(renewals, 10_000, 10_500)).toEqual([10_000, 10_250]);
  dueBetween(renewals, 10_500, 20_000);
  expect(dueBetween(renewals, 30_500, 31_000)).toEqual([30_500, 30_750]);
});
