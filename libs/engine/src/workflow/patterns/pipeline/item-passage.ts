import { type StepState } from '@baton/contracts';
import { type PatternChild } from '../pattern';

/** What came of an item in a stage. */
export type Passage = 'pending' | 'active' | 'passed' | 'lost';

const ends: Partial<Record<StepState, Passage>> = {
  pending: 'pending',
  completed: 'passed',
  skipped: 'lost',
  failed: 'lost',
  rejected: 'lost',
  canceled: 'lost',
};

/** Of a child that may not be there yet. */
export function passageOf(child: PatternChild | undefined): Passage {
  return child ? (ends[child.state] ?? 'active') : 'pending';
}
