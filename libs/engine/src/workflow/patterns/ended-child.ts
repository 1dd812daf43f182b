import { type PatternChild } from './pattern';

/** Whether it has reached a final state. */
export function hasEnded({ state }: Pick<PatternChild, 'state'>): boolean {
  return ['completed', 'failed', 'canceled', 'rejected', 'skipped'].includes(state);
}
