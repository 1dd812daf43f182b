import { type JsonValue } from '@baton/contracts';
import { type PatternChild } from '../pattern';

/** What came of an item in a stage. A stage that its `when` skips, or that is optional and fails, lets it pass. */
export type Passage = 'pending' | 'active' | 'passed' | 'failed';

export function passageOf(child: PatternChild | undefined, optional: boolean): Passage {
  switch (child?.state ?? 'pending') {
    case 'pending':
      return 'pending';
    case 'completed':
      return 'passed';
    case 'skipped':
      return optional || child?.error === null ? 'passed' : 'failed';
    case 'failed':
    case 'rejected':
    case 'canceled':
      return optional ? 'passed' : 'failed';
    default:
      return 'active';
  }
}

/** What the stages before `stage` made of an item: a skipped one changes nothing, a failed optional one gives null. */
export function outputBefore(children: readonly PatternChild[], first: number, stage: number): JsonValue {
  for (let before = stage - 1; before >= 0; before -= 1) {
    const child = children[first + before];
    if (child?.state === 'completed') return child.output;
    if (child?.state !== 'skipped') return null;
  }
  return null;
}

/** What came out of the last stage; null for an item that is not there (yet). `optional`: of each stage. */
export function itemOutput(children: readonly PatternChild[], first: number, optional: readonly boolean[]): JsonValue {
  const passed = optional.every((may, stage) => passageOf(children[first + stage], may) === 'passed');
  return passed ? outputBefore(children, first, optional.length) : null;
}
