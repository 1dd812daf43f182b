import { type TaskResources } from '@baton/contracts';
import fc from 'fast-check';
import { goesBefore, type ReadyTask } from './ready-queue';
import { agentSeen, readyTask } from './scheduling.fixture';
import { type Assignment, Scheduler } from './scheduler';

const CAPABILITIES = ['a.b', 'c.d'];
const LIMITS = { total: 7, perCapability: new Map([['c.d', 2]]) };
const RATE = { limit: 2, perSeconds: 1 };

const agents = fc.array(
  fc.record({
    concurrency: fc.integer({ min: 1, max: 4 }),
    version: fc.constantFrom('1.0.0', '2.0.0'),
    tags: fc.subarray(['red']),
    cpu: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
);
const tasks = fc.array(
  fc.record({
    rank: fc.nat(30),
    capability: fc.constantFrom(...CAPABILITIES),
    concurrencyKey: fc.constantFrom(null, null, 'k', 'l'),
    concurrencyLimit: fc.integer({ min: 1, max: 3 }),
    rateLimitKey: fc.constantFrom(null, null, 'r'),
    tags: fc.constantFrom<string[]>([], [], ['red']),
    version: fc.constantFrom(null, null, '^1', '^2'),
    resources: fc.constantFrom<TaskResources | null>(null, null, { cpu: 1 }, { cpu: 2.5 }),
    optional: fc.constantFrom(false, false, true),
  }),
  { maxLength: 40 },
);
type AgentGiven = typeof agents extends fc.Arbitrary<(infer Item)[]> ? Item : never;
type TaskGiven = typeof tasks extends fc.Arbitrary<(infer Item)[]> ? Item : never;
const moves = fc.array(fc.record({ limit: fc.integer({ min: 1, max: 9 }), ends: fc.nat(5), passMs: fc.nat(700) }), {
  minLength: 5,
  maxLength: 20,
});

const count = <Item>(items: readonly Item[], is: (item: Item) => boolean): number => items.filter(is).length;

/** A scheduler at work, with its own books of what it gave away. Breaches of the rules are collected. */
class Game {
  readonly scheduler = new Scheduler(undefined, 1, LIMITS);
  readonly waiting = new Map<string, ReadyTask>();
  readonly starts: number[] = [];
  readonly breaches: string[] = [];
  now = 0;
  private readonly out: Assignment[] = [];

  add(task: ReadyTask): void {
    this.waiting.set(task.id, task);
    this.scheduler.add(task);
  }

  play(limit: number, ends: number): void {
    const { assignments, degraded } = this.scheduler.plan(limit, this.now);
    for (const one of assignments) this.given(one);
    for (const { task } of degraded) this.must(task.optional && this.waiting.delete(task.id), 'gave up a needed task');
    this.checkLimits();
    if (assignments.length < limit) this.checkNobodyHeldUp();
    for (const { agentId, task } of this.out.splice(0, ends)) this.scheduler.release(agentId, task);
    this.must(this.scheduler.totalReady() === this.waiting.size, 'lost count');
  }

  private given(one: Assignment): void {
    this.must(this.waiting.delete(one.task.id), 'gave a task twice');
    this.out.push(one);
    if (one.task.rateLimitKey !== null) this.starts.push(this.now);
  }

  /** D2, each task's own limit included. */
  private checkLimits(): void {
    const { out } = this;
    this.must(out.length <= LIMITS.total, 'mesh');
    this.must(count(out, ({ task }) => task.capability === 'c.d') <= 2, 'capability');
    for (const { task } of out) {
      const same = count(out, (other) => other.task.concurrencyKey === task.concurrencyKey);
      this.must(task.concurrencyKey === null || same <= task.concurrencyLimit, 'key');
    }
    for (const { agent } of this.scheduler.pool.all()) {
      const held = out.filter(({ agentId }) => agentId === agent.agentId).map(({ task }) => task);
      const cpu = held.reduce((sum, { resources }) => sum + (resources?.cpu ?? 0), 0);
      this.must(held.length <= agent.concurrency && cpu <= (agent.resources?.cpu ?? 0), 'agent');
      this.must(
        held.every(({ tags }) => tags.every((tag) => agent.tags.includes(tag))),
        'tags',
      );
    }
  }

  /** D1: the first of each lane goes unless something stands in its way; those behind it wait for it. */
  private checkNobodyHeldUp(): void {
    const firsts = new Map<string, ReadyTask>();
    for (const task of this.waiting.values()) {
      const lane = task.lane === null ? task.id : `${task.capability} ${task.lane} ${task.optional}`;
      const other = firsts.get(lane);
      if (!other || goesBefore(task, other)) firsts.set(lane, task);
    }
    for (const task of firsts.values()) this.must(this.scheduler.obstacle(task, this.now) !== undefined, 'held up');
  }

  private must(kept: boolean, rule: string): void {
    if (!kept) this.breaches.push(rule);
  }
}

function gameOf(present: readonly AgentGiven[], wanted: readonly TaskGiven[]): Game {
  const game = new Game();
  present.forEach(({ concurrency, version, tags, cpu }, index) => {
    const capabilities = CAPABILITIES.map((name) => ({ name, version, concurrency: null }));
    game.scheduler.upsertAgent(agentSeen(`a${index}`, { concurrency, tags, resources: { cpu }, capabilities }));
  });
  wanted.forEach((more, index) =>
    game.add(readyTask(`t${index}`, { ...more, rateLimit: more.rateLimitKey === null ? null : RATE })),
  );
  return game;
}

test('whatever the mix: no limit is exceeded, nothing that can go is held up, all that is taken is given back', () => {
  fc.assert(
    fc.property(agents, tasks, moves, (present, wanted, steps) => {
      const game = gameOf(present, wanted);
      for (const { limit, ends, passMs } of steps) {
        game.play(limit, ends);
        game.now += passMs;
      }
      for (let round = 0; round < 30; round += 1, game.now += 1000) game.play(50, 50);
      expect(game.breaches).toEqual([]);
      const within = game.starts.map((from) => count(game.starts, (at) => at >= from && at < from + 1000));
      expect(Math.max(0, ...within)).toBeLessThanOrEqual(RATE.limit);
      // What is left is left for want of an agent alone, and everything was given back.
      const left = [...game.waiting.values()].map((task) => game.scheduler.obstacle(task, game.now) ?? 'nothing');
      expect(left.filter((obstacle) => !/unmatched|too-large/.test(obstacle))).toEqual([]);
      expect(game.scheduler.pool.all().map(({ inFlight }) => inFlight)).toEqual(present.map(() => 0));
      expect(game.scheduler.obstacle(readyTask('last'), game.now)).toBeUndefined();
    }),
  );
});

test('a task that is removed while it waits, in whatever place, is forgotten, and those behind it go on', () => {
  fc.assert(
    fc.property(tasks, fc.infiniteStream(fc.boolean()), (wanted, remove) => {
      const scheduler = new Scheduler();
      const all = wanted.map((more, index) => readyTask(`t${index}`, { ...more, rateLimitKey: null }));
      for (const task of all) scheduler.add(task);
      scheduler.upsertAgent(agentSeen('x', { concurrency: 1 }));
      const first = scheduler.plan(1, 0);
      const gone = new Set([...first.assignments, ...first.degraded].map(({ task }) => task.id));
      for (const { id } of all) {
        if (gone.has(id) || !remove.next().value) continue;
        gone.add(id);
        scheduler.remove(id);
      }
      expect(scheduler.totalReady()).toBe(all.length - gone.size);
      expect(all.filter(({ id }) => !gone.has(id)).every(({ id }) => scheduler.remove(id))).toBe(true);
      expect(scheduler.totalReady()).toBe(0);
      expect(scheduler.remove('t0')).toBe(false);
    }),
  );
});
