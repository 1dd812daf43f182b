import { type PhaseTimes } from '@baton/contracts';
import { type AttemptEnd } from '@baton/engine';
import { type Recorded } from '../results/recorder';
import { outcomeOf } from './attempt-outcome';

const ended = (end: AttemptEnd, phases: PhaseTimes | null = null) =>
  outcomeOf({ held: { sentAt: 1000 }, report: { end, phases } } as Pick<Recorded, 'held' | 'report'>, 1400);
const at = (ms: number): string => new Date(ms).toISOString();

test.each([
  [
    'the agent says how long it worked',
    { assigned: at(0), executing: at(5), validating: at(35), completed: at(99) },
    30,
  ],
  ['without validation until it was done', { executing: at(5), completed: at(25) }, 20],
  ['no word: as long as it was held', null, 400],
  ['it never began', { assigned: at(0) }, 400],
  ['its clock went back', { executing: at(50), completed: at(20) }, 400],
  ['no time at all', { executing: 'soon', completed: at(20) }, 400],
] satisfies [string, PhaseTimes | null, number][])('%s', (_rule, phases, ms) => {
  expect(ended({ kind: 'completed' }, phases)).toEqual({ verdict: 'success', ms, code: null });
});

test('failures carry their code', () => {
  const error = { code: 'BOOM', message: '', retryable: true };
  expect(ended({ kind: 'failed', error })).toMatchObject({ verdict: 'failure', code: 'BOOM' });
  expect(ended({ kind: 'handed-back', error })).toMatchObject({ verdict: 'nothing', code: 'BOOM' });
});
