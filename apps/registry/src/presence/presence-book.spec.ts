import { type AgentHeartbeat, type AgentId, type AgentSeen, type TaskId, type AttemptToken } from '@baton/contracts';
import { PresenceBook } from './presence-book';

const id = 'a' as AgentId;
const agent: AgentSeen = {
  agentId: id,
  name: 'probe-1',
  family: 'probe',
  state: 'idle',
  draining: false,
  concurrency: 4,
  tags: [],
  capabilities: [],
};
const work = { taskId: 't' as TaskId, token: 'k' as AttemptToken };
const beat = (more: Partial<AgentHeartbeat> = {}): AgentHeartbeat => ({
  agentId: id,
  beat: 1,
  state: 'idle',
  draining: false,
  inFlight: [],
  usage: { cpuPercent: 2, memoryMb: 60, loadAverage: 0 },
  ...more,
});
const bookWithAgent = (): PresenceBook => {
  const book = new PresenceBook({ heartbeatEveryMs: 5000, lostAfterMs: 15_000 });
  book.put(agent, 0);
  return book;
};

test('an unknown agent is told apart', () => {
  expect(bookWithAgent().hear(beat({ agentId: 'b' as AgentId }), 1)).toEqual({ kind: 'unknown' });
});

test('going from idle to running is load, no move', () => {
  const book = bookWithAgent();
  expect(book.hear(beat({ state: 'running', inFlight: [work] }), 1)).toEqual({ kind: 'same' });
  expect(book.takeChanged(3)).toMatchObject([{ agentId: id, inFlight: 1, heardAgoMs: 2, health: 100 }]);
});

test('a pause is a move until it is recorded', () => {
  const book = bookWithAgent();
  const moved = { kind: 'moved', from: 'idle', to: 'paused' };
  expect(book.hear(beat({ state: 'paused' }), 1)).toEqual(moved);
  expect(book.hear(beat({ state: 'paused' }), 2)).toEqual(moved);
  expect(book.moved(id, 'paused')).toMatchObject({ state: 'paused' });
  expect(book.hear(beat({ state: 'paused' }), 3)).toEqual({ kind: 'same' });
});

test('draining is news once', () => {
  const book = bookWithAgent();
  expect(book.hear(beat({ draining: true }), 1)).toMatchObject({ kind: 'draining', agent: { draining: true } });
  expect(book.hear(beat({ draining: true }), 2)).toEqual({ kind: 'same' });
});

test('loads are taken once, and again after giving back', () => {
  const book = bookWithAgent();
  expect(book.takeChanged(0)).toEqual([]);
  book.hear(beat(), 1);
  const loads = book.takeChanged(1);
  expect(loads).toHaveLength(1);
  expect(book.takeChanged(1)).toEqual([]);
  book.giveBack(loads);
  expect(book.takeChanged(1)).toHaveLength(1);
});

test('silence lowers the health, then counts as silent', () => {
  const book = bookWithAgent();
  expect(book.takeChanged(12_500)).toMatchObject([{ health: 50, heardAgoMs: 12_500 }]);
  expect(book.silent(14_999)).toEqual([]);
  expect(book.silent(15_000)).toEqual([{ id, silentMs: 15_000 }]);
  book.hear(beat(), 15_000);
  expect(book.silent(15_001)).toEqual([]);
});

test('failures lower the health while they are known of, also over a new registration', () => {
  const book = bookWithAgent();
  book.rate(new Map([[id, 0.5]]));
  expect(book.takeChanged(1)).toMatchObject([{ health: 70 }]);
  book.put(agent, 2);
  expect(book.takeChanged(2)).toMatchObject([{ health: 70 }]);
  book.rate(new Map());
  expect(book.takeChanged(3)).toMatchObject([{ health: 100 }]);
});
