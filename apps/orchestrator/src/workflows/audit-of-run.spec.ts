import { movesOf } from './audit-of-run';

const note = { key: 'sell', what: 'awarded', details: { score: 1 } };
const noted = (state: string) => ({
  ...{ from: state, to: state, actor: 'orchestrator', reason: 'awarded' },
  details: '{"step":"sell","score":1}',
});
const toRunning = { from: 'created', to: 'running', reason: null } as const;
const toCompleted = { from: 'running', to: 'completed', reason: 'done' } as const;

test('what was asked for is the doing of who asked, the rest the orchestrator’s; decisions come before the end', () => {
  expect(movesOf({ transitions: [toRunning, toCompleted], notes: [note] }, 'created', 'user:ann')).toEqual([
    { ...toRunning, actor: 'user:ann', details: null },
    noted('running'),
    { ...toCompleted, actor: 'orchestrator', details: null },
  ]);
});

test('decisions after a start, before an end, and with neither', () => {
  expect(movesOf({ transitions: [toRunning], notes: [note] }, 'created', 'a').at(-1)).toEqual(noted('running'));
  expect(movesOf({ transitions: [toCompleted], notes: [note] }, 'running', 'a')[0]).toEqual(noted('running'));
  expect(movesOf({ transitions: [], notes: [note] }, 'paused', 'a')).toEqual([noted('paused')]);
});
