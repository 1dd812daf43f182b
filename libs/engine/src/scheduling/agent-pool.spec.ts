import { AgentPool } from './agent-pool';
import { agentSeen } from './scheduling.fixture';

test('an update keeps what the agent holds and moves it to its new capabilities', () => {
  const pool = new AgentPool();
  pool.upsert(agentSeen('x', { concurrency: 2 }));
  pool.take('x', 'a.b');
  pool.upsert(agentSeen('x', { concurrency: 3, capabilities: [{ name: 'c.d', version: '2.0.0', concurrency: null }] }));
  expect(pool.offering('a.b')).toEqual([]);
  expect(pool.offering('c.d')).toMatchObject([{ inFlight: 1, free: 2 }]);
});

test('giving back more than was taken does not make slots', () => {
  const pool = new AgentPool();
  pool.upsert(agentSeen('x', { concurrency: 1 }));
  pool.giveBack('x', 'a.b');
  pool.take('x', 'a.b');
  expect(pool.available('a.b')).toEqual([]);
});

test('nobody is known: nothing happens', () => {
  const pool = new AgentPool();
  pool.take('ghost', 'a.b');
  pool.giveBack('ghost', 'a.b');
  pool.remove('ghost');
  expect(pool.get('ghost')).toBeUndefined();
  expect(pool.available('a.b')).toEqual([]);
});
