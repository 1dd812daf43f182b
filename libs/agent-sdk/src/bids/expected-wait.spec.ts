import { expectedWaitMs, type OpenAttempt } from './expected-wait';

const means: Readonly<Record<string, number>> = { quick: 10, slow: 4000 };
const wait = (open: readonly OpenAttempt[], ofCapability = 4, ofAgent = 4): number =>
  expectedWaitMs(open, (capability) => means[capability], { capability: 'quick', ofCapability, ofAgent });
const many = (count: number, capability: string, elapsedMs = 0): OpenAttempt[] =>
  Array.from({ length: count }, () => ({ capability, elapsedMs }));

test.each([
  ['a place is free', many(3, 'slow'), 0],
  ['all places are taken by its like', many(4, 'quick'), 10],
  ['others wait already', many(8, 'quick'), 20],
  ['by what takes long, quick as it is itself', many(4, 'slow'), 4000],
  ['what takes longer than its like did', many(4, 'quick', 90_000), 90_000],
  ['nobody knows how long it takes', many(4, 'new'), 1000],
  ['some of each', [...many(2, 'quick'), ...many(2, 'slow')], 2005],
])('%s', (_case, open, ms) => {
  expect(wait(open)).toBe(ms);
});

test('the places of the capability may be taken while the agent has some', () => {
  expect(wait(many(2, 'quick'), 2, 9)).toBe(10);
  expect(wait(many(2, 'slow'), 2, 9)).toBe(0);
});
