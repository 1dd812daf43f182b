import { bid } from './auction.fixture';
import { isAcceptable, rank, weigh } from './weigh-bids';

const cheap = bid('cheap', { cost: 1, seconds: 30, confidence: 0.5 });
const fast = bid('fast', { cost: 9, seconds: 10, confidence: 0.5 });
const sure = bid('sure', { cost: 5, seconds: 20, confidence: 1 });

test('each quality is scaled over the bids: the best of them has 1, the worst 0', () => {
  expect(weigh([cheap, fast, sure], { cost: 1 })).toEqual([1, 0, 0.5]);
  expect(weigh([cheap, fast, sure], { seconds: 2 })).toEqual([0, 1, 0.5]);
  expect(weigh([cheap, fast, sure], { confidence: 0.1 })).toEqual([0, 0, 1]);
});

test('weights are shares of the whole; without any the three count the same', () => {
  expect(weigh([cheap, fast, sure], { cost: 3, seconds: 1 })).toEqual([0.75, 0.25, 0.5]);
  expect(weigh([cheap, fast, sure]).map((score) => score.toFixed(3))).toEqual(['0.333', '0.333', '0.667']);
});

test('where all are alike all have 1; weights of nothing score nothing', () => {
  expect(weigh([cheap, { ...cheap, seconds: 7 }], { cost: 1 })).toEqual([1, 1]);
  expect(weigh([cheap], {})).toEqual([0]);
  expect(weigh([], {})).toEqual([]);
});

test.each([
  [{}, true],
  [{ maxCost: 5, maxSeconds: 20, minConfidence: 1 }, true],
  [{ maxCost: 4.9 }, false],
  [{ maxSeconds: 19 }, false],
  [{ minConfidence: 1.1 }, false],
])('acceptable within %j: %s', (limits, answer) => {
  expect(isAcceptable(sure, limits)).toBe(answer);
});

test('equal scores: the earlier bid, then the name, then the id', () => {
  const late = { bid: bid('a', { at: '2026-01-01T00:00:02.000Z' }), score: 1 };
  const early = { bid: bid('b'), score: 1 };
  const named = { bid: bid('c'), score: 1 };
  const twin = { bid: { ...named.bid, agent: { ...named.bid.agent, id: 'id-d' as never } }, score: 1 };
  const better = { bid: bid('z', { at: '2027-01-01T00:00:00.000Z' }), score: 2 };
  expect([late, twin, named, early, better].sort(rank)).toEqual([better, early, named, twin, late]);
  expect(rank(named, named)).toBe(0);
});
