import { Renewals } from './renewals';

const dueIn = (renewals: Renewals, untilMs: number): number[] =>
  Array.from({ length: untilMs / 50 }, (_, step) => 1_000 + step * 50).filter((now) => renewals.due(now));

test('refusals change the channel at once, then less and less often', () => {
  expect(dueIn(new Renewals(), 40_000).map((at) => at - 1_000)).toEqual([
    0, 250, 750, 1_750, 3_750, 7_750, 15_750, 25_750, 35_750,
  ]);
});

test('with a new connection it begins anew', () => {
  const renewals = new Renewals();
  dueIn(renewals, 10_000);
  renewals.reset();
  expect([renewals.due(11_000), renewals.due(11_100), renewals.due(11_250)]).toEqual([true, false, true]);
});
