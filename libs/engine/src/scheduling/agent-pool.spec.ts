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
  expect(pool.hasRoom('a.b')).toBe(false);
});

test('nobody is known: nothing happens', () => {
  const pool = new AgentPool();
  pool.take('ghost', 'a.b');
  pool.giveBack('ghost', 'a.b');
  pool.remove('ghost');
  expect(pool.get('ghost')).toBeUndefined();
  expect(pool.hasRoom('a.b')).toBe(false);
});

test('what an agent holds is counted before it is known, and while it is away', () => {
  const pool = new AgentPool();
  pool.take('x', 'a.b');
  pool.take('x', 'a.b');
  pool.giveBack('x', 'a.b');
  pool.upsert(agentSeen('x', { concurrency: 2 }));
  expect(pool.get('x')).toMatchObject({ inFlight: 1, free: 1 });
  pool.remove('x');
  expect(pool.offering('a.b')).toEqual([]);
  pool.upsert(agentSeen('x', { concurrency: 2 }));
  expect(pool.get('x')).toMatchObject({ inFlight: 1 });
  pool.remove('x');
  pool.giveBack('x', 'a.b');
  pool.upsert(agentSeen('x', { concurrency: 2 }));
  expect(pool.get('x')).toMatchObject({ inFlight: 0 });
});

test('a capability is broken while breakers alone keep those who would work', () => {
  const pool = new AgentPool();
  expect(pool.isBroken('a.b')).toBe(false);
  pool.upsert(agentSeen('x'));
  pool.upsert(agentSeen('leaving', { draining: true }));
  expect(pool.isBroken('a.b')).toBe(false);
  for (let n = 0; n < 8; n += 1) pool.offer('x', 'a.b')?.breaker.ended(true, 0, 0);
  expect(pool.isBroken('a.b')).toBe(true);
  pool.upsert(agentSeen('y'));
  expect(pool.isBroken('a.b')).toBe(false);
});

test('what an agent never offered it may hold all the same: nobody is offered that', () => {
  const pool = new AgentPool();
  pool.upsert(agentSeen('x', { concurrency: 2 }));
  pool.take('x', 'e.f');
  pool.upsert(agentSeen('x', { concurrency: 2 }));
  expect(pool.get('x')).toMatchObject({ inFlight: 1, free: 1 });
  expect(pool.offering('e.f')).toEqual([]);
  expect([...pool.offersOf('x')].map(({ capability, running }) => [capability, running])).toEqual([
    ['a.b', 0],
    ['e.f', 1],
  ]);
});

test('who has never been here offers nothing and has no health', () => {
  const pool = new AgentPool();
  pool.setHealth('ghost', 10);
  expect([...pool.offersOf('ghost')]).toEqual([]);
  pool.upsert(agentSeen('ghost'));
  expect(pool.get('ghost')).toMatchObject({ health: 100 });
});

test('of a thousand that are away what they hold is known; of one more the first is forgotten', () => {
  const pool = new AgentPool();
  for (let n = 0; n <= 1000; n += 1) {
    pool.upsert(agentSeen(`x${n}`));
    pool.take(`x${n}`, 'a.b');
    pool.remove(`x${n}`);
  }
  for (const id of ['x0', 'x1', 'x1000']) pool.upsert(agentSeen(id));
  expect(['x0', 'x1', 'x1000'].map((id) => pool.get(id)?.inFlight)).toEqual([0, 1, 1]);
});
