import { NotFoundError, StateConflictError } from '@baton/contracts';
import { OverloadedError } from '../intake/intake-errors';
import { verdictOn } from './verdict-on';

const busy = new OverloadedError('busy');
const bad = new NotFoundError('TASK_NOT_FOUND', 'Task 1');

test.each([
  ['all is done', [], 'done'],
  ['for now it failed', [busy], 'retry'],
  ['what may still succeed counts more than what never will', [bad, busy], 'retry'],
  ['it fails for good', [bad, new StateConflictError('ended')], { reject: expect.stringMatching(/NOT_FOUND.*ended/) }],
])('%s', (_what, errors, verdict) => expect(verdictOn(errors)).toEqual(verdict));

test('a defect is thrown, for the bus to count', () => {
  expect(() => verdictOn([bad, new TypeError('oops')])).toThrow('oops');
});
