import { messageReceipt, requestFailed, StateConflictError } from '@baton/contracts';
import { type Outgoing } from '../bus';
import { Answers, type Asked } from './answers';

const answers = new Answers('ada');
const rejection = { reject: 'no', code: 'refused' } as const;
const reply: Outgoing = { kind: messageReceipt, dataJson: '{}' };

test.each<[string, Asked, unknown]>([
  ['only sent: a dead letter', 'nothing', { verdict: rejection }],
  [
    'receipt wanted: a dead letter, and told',
    'receipt',
    { verdict: rejection, answer: { data: { outcome: 'refused', reason: 'no', address: 'ada' } } },
  ],
  [
    'asked: the problem, and no dead letter',
    'answer',
    { verdict: 'done', answer: { kind: requestFailed, data: { code: 'STATE_CONFLICT' } } },
  ],
])('refused, %s', (_what, asked, judged) => {
  expect(answers.refused(asked, rejection, new StateConflictError('so it is'))).toMatchObject(judged as object);
});

test('an answer that is forgotten is told as such, and nothing is done again', () => {
  const { verdict, answer } = answers.again('answer', 'the-id', undefined);
  expect([verdict, answer?.kind, (answer?.data as { code: string }).code]).toEqual([
    'done',
    requestFailed,
    'STATE_CONFLICT',
  ]);
  expect(answers.again('answer', 'the-id', reply)).toEqual({ verdict: 'done', answer: reply });
  expect(answers.again('nothing', 'the-id', undefined)).toEqual({ verdict: 'done' });
  expect(answers.again('receipt', 'the-id', undefined).answer?.data).toMatchObject({ outcome: 'handled' });
});

test('whoever filters a request out says so, unless it went to a whole channel', () => {
  expect(answers.filtered('answer', false).answer?.kind).toBe(requestFailed);
  expect(answers.filtered('answer', true)).toEqual({ verdict: 'done' });
  expect(answers.filtered('nothing', false)).toEqual({ verdict: 'done' });
  expect(answers.filtered('receipt', true).answer?.data).toMatchObject({ outcome: 'filtered' });
});

test('what is expired is a dead letter, and nobody waits for an answer', () => {
  expect(answers.expired('answer')).toEqual({ verdict: { reject: 'expired before its turn came', code: 'expired' } });
  expect(answers.expired('receipt').answer?.data).toMatchObject({ outcome: 'refused' });
});
