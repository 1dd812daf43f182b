import fc from 'fast-check';
import { agentSeen, readyTask } from './scheduling.fixture';
import { type Plan, Scheduler } from './scheduler';

const other = [{ name: 'c.d', version: '1.0.0', concurrency: null }];

function schedulerWith(...agents: Parameters<typeof agentSeen>[]): Scheduler {
  const scheduler = new Scheduler();
  for (const [id, more] of agents) scheduler.upsertAgent(agentSeen(id, more));
  return scheduler;
}
function fail(scheduler: Scheduler, agentId: string, capability = 'a.b'): void {
  for (let n = 0; n < 8; n += 1) scheduler.pool.offer(agentId, capability)?.breaker.ended(true, 0, 0);
}
const given = ({ assignments }: Plan): string[] => assignments.map(({ task, agentId }) => `${task.id}→${agentId}`);
const moved = ({ reroutes }: Plan): string[] => reroutes.map(({ task, to }) => `${task.id}→${to}`);

test('a broken agent is given nothing, the others everything', () => {
  const scheduler = schedulerWith(['broken', { concurrency: 9 }], ['well']);
  fail(scheduler, 'broken');
  for (let n = 0; n < 3; n += 1) scheduler.add(readyTask(`t${n}`, { rank: n }));
  expect(given(scheduler.plan(9, 0))).toEqual(['t0→well', 't1→well']);
  expect(scheduler.obstacle(readyTask('t2'), 0)).toBe('no-free-slot');
});

test('while all are broken tasks wait, and one at a time tells when it has cooled down', () => {
  const scheduler = schedulerWith(['broken', { concurrency: 9 }]);
  fail(scheduler, 'broken');
  for (let n = 0; n < 3; n += 1) scheduler.add(readyTask(`t${n}`, { rank: n }));
  expect(given(scheduler.plan(9, 0))).toEqual([]);
  expect(scheduler.obstacle(readyTask('t0'), 0)).toBe('breakers-open');
  const breaker = scheduler.pool.offer('broken', 'a.b')?.breaker;
  breaker?.cooled(2000);
  expect(given(scheduler.plan(9, 0))).toEqual(['t0→broken']);
  expect(given(scheduler.plan(9, 0))).toEqual([]);
  breaker?.ended(false, 2001, 2002);
  expect(given(scheduler.plan(9, 0))).toEqual(['t1→broken', 't2→broken']);
});

test('C5 what breakers alone keep from everybody goes when a probe was made, and nothing is said to stand in its way', () => {
  const scheduler = schedulerWith(['broken']);
  fail(scheduler, 'broken');
  expect(scheduler.obstacle(readyTask('t'), 0)).toBe('breakers-open');
  const breaker = scheduler.pool.offer('broken', 'a.b')?.breaker;
  breaker?.cooled(2000);
  breaker?.ended(true, 2001, 2002);
  expect(scheduler.obstacle(readyTask('t'), 2002)).toBeUndefined();
  scheduler.add(readyTask('t'));
  expect(given(scheduler.plan(9, 2002))).toEqual(['t→broken']);
});

test.each([
  ['to the first that somebody can take', ['x.y', 'c.d', 'e.f'], [], ['t→c.d']],
  ['not to one that is broken too', ['c.d', 'e.f'], ['second'], ['t→e.f']],
  ['nowhere when nobody is left', ['x.y', 'c.d'], ['second'], []],
] satisfies [string, string[], string[], string[]][])(
  'a fallback takes over: %s',
  (_rule, fallback, broken, expected) => {
    const third = [{ name: 'e.f', version: '1.0.0', concurrency: null }];
    const scheduler = schedulerWith(['first'], ['second', { capabilities: other }], ['third', { capabilities: third }]);
    fail(scheduler, 'first');
    for (const id of broken) fail(scheduler, id, 'c.d');
    scheduler.add(readyTask('t', { fallback }));
    expect(moved(scheduler.plan(9, 0))).toEqual(expected);
    expect(scheduler.totalReady()).toBe(1 - expected.length);
  },
);

test('busy is not broken: a task with a fallback waits for a slot', () => {
  const scheduler = schedulerWith(['busy', { concurrency: 1 }], ['second', { capabilities: other }]);
  scheduler.take('busy', readyTask('out'));
  scheduler.add(readyTask('t', { fallback: ['c.d'] }));
  expect(moved(scheduler.plan(9, 0))).toEqual([]);
});

test('whatever is broken: who is gets nothing, and who is not is never kept waiting', () => {
  const agents = fc.array(fc.record({ broken: fc.boolean(), slots: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(agents, fc.nat(20), (mix, count) => {
      const scheduler = schedulerWith(
        ...mix.map(({ slots }, n): [string, object] => [`g${n}`, { concurrency: slots }]),
      );
      mix.forEach(({ broken }, n) => broken && fail(scheduler, `g${n}`));
      for (let n = 0; n < count; n += 1) scheduler.add(readyTask(`t${n}`, { rank: n }));
      const { assignments } = scheduler.plan(100, 0);
      const room = mix.reduce((sum, { broken, slots }) => sum + (broken ? 0 : slots), 0);
      expect(assignments).toHaveLength(Math.min(count, room));
      for (const { agentId } of assignments) expect(mix[Number(agentId.slice(1))]?.broken).toBe(false);
    }),
  );
});
