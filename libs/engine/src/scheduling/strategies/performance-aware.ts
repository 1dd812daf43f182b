import { type Strategy } from './strategy';

/** The share of choices that go to whoever had nothing for longest, however it did. */
const EXPLORATION = 0.03;

/**
 * Whoever is fast and seldom fails, as long as it has room: merit times the share of free slots. A few choices
 * explore, and merit forgets, so nobody is without a chance to show that it became better.
 */
export const performanceAware: Strategy = (candidate, { nowMs, dice }) => {
  if (dice < EXPLORATION) return -candidate.lastAssigned;
  return (candidate.free / candidate.agent.concurrency) * candidate.merit.at(nowMs);
};
