import { type CloudEvent, messageReceipt, requestFailed } from '@baton/contracts';
import { isOpen, type Recipient, recipientsOf } from './message-outcome';

function answer(type: string, data: unknown, source = '/agents/x'): CloudEvent<unknown> {
  return { specversion: '1.0', id: '1', source, type, data };
}
const receipt = (address: string, outcome: string, reason: string | null = null): CloudEvent<unknown> =>
  answer(messageReceipt.type, { address, outcome, reason });
const silent = (): Recipient['outcome'] => 'no-answer';

test('everybody asked is there once, with what it said; then whoever else spoke', () => {
  const answers = [receipt('b', 'handled'), receipt('c', 'refused', 'too old'), receipt('d', 'filtered')];
  expect(recipientsOf(['a', 'b', 'c'], answers, silent)).toEqual([
    { address: 'a', outcome: 'no-answer', reason: null },
    { address: 'b', outcome: 'handled', reason: null },
    { address: 'c', outcome: 'refused', reason: 'too old' },
    { address: 'd', outcome: 'filtered', reason: null },
  ]);
});

test('the only one asked may answer under another of its names', () => {
  expect(recipientsOf(['id-1'], [receipt('probe-1', 'handled')], silent)).toMatchObject([
    { address: 'id-1', outcome: 'handled' },
  ]);
});

test('who answers by name is known by the id it was asked under', () => {
  const asked = ['id-1', 'b'];
  const askedAs = new Map([['probe-1', 'id-1']]);
  const said = recipientsOf(asked, [receipt('probe-1', 'handled'), receipt('b', 'filtered')], silent, askedAs);
  expect(said.map(({ address, outcome }) => `${address} ${outcome}`)).toEqual(['id-1 handled', 'b filtered']);
});

test('of several under one address the worst counts', () => {
  const said = (...outcomes: string[]): string | undefined =>
    recipientsOf(
      ['a'],
      outcomes.map((outcome) => receipt('a', outcome)),
      silent,
    )[0]?.outcome;
  expect([said('filtered', 'handled'), said('handled', 'refused', 'filtered')]).toEqual(['handled', 'refused']);
});

test('strangers who know no receipts answer in their own way', () => {
  const problem = answer(requestFailed.type, { detail: 'no such order' }, '/py');
  expect(recipientsOf(['a'], [problem], silent)).toEqual([
    { address: 'a', outcome: 'refused', reason: 'no such order' },
  ]);
  expect(recipientsOf([], [answer('com.example.ok', 1, '/py')], silent)).toMatchObject([
    { address: '/py', outcome: 'handled' },
  ]);
  const broken = answer(messageReceipt.type, { address: 1 });
  expect(recipientsOf(['a'], [broken], silent)).toMatchObject([{ address: 'a', outcome: 'handled' }]);
});

test('open while somebody may still say something', () => {
  const of = (...outcomes: Recipient['outcome'][]): boolean =>
    isOpen({
      id: '1',
      pattern: 'direct',
      outcome: 'delivered',
      recipients: outcomes.map((outcome) => ({ address: 'a', outcome, reason: null })),
    });
  expect([of(), of('handled', 'no-answer'), of('handled', 'refused')]).toEqual([true, true, false]);
});
