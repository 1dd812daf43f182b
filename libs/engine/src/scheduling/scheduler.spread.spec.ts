import fc from 'fast-check';
import { type ReadyTask } from './ready-queue';
import { Scheduler } from './scheduler';
import { agentSeen, readyTask } from './scheduling.fixture';

function given(...names: string[]): Scheduler {
  const scheduler = new Scheduler();
  for (const name of names) scheduler.upsertAgent(agentSeen(name, { concurrency: 3 }));
  return scheduler;
}

const spread = (id: string, more = {}) => readyTask(id, { spreadKey: 'k', ...more });
const placed = (scheduler: Scheduler) => scheduler.plan(10, 0).assignments;

test('tasks with one key go to different agents in one plan; who finds none left waits, and it is said why', () => {
  const scheduler = given('a', 'b');
  for (const id of ['1', '2', '3']) scheduler.add(spread(id));
  scheduler.spreads.recall('k', []);
  expect(new Set(placed(scheduler).map(({ agentId }) => agentId))).toEqual(new Set(['a', 'b']));
  expect(scheduler.obstacle(spread('3'), 0)).toBe('spread');
  expect(scheduler.readyCount('a.b')).toBe(1);
  scheduler.upsertAgent(agentSeen('c'));
  expect(placed(scheduler)).toMatchObject([{ agentId: 'c', task: { id: '3' } }]);
});

test('nothing goes before the key is known, and other tasks are not held up', () => {
  const scheduler = given('a');
  scheduler.add(spread('1'));
  scheduler.add(readyTask('plain', { rank: 5 }));
  expect(placed(scheduler)).toMatchObject([{ task: { id: 'plain' } }]);
  scheduler.spreads.recall('k', ['a']);
  expect(placed(scheduler)).toEqual([]);
});

test('an agent that failed is free again, one that completed is not', () => {
  const scheduler = given('a');
  scheduler.add(spread('1'));
  scheduler.add(spread('2'));
  scheduler.spreads.recall('k', []);
  const [first] = placed(scheduler);
  scheduler.release('a', first?.task as never);
  const [second] = placed(scheduler);
  expect(second?.agentId).toBe('a');
  scheduler.keepSpread('a', 'k');
  scheduler.release('a', second?.task as never);
  scheduler.add(spread('3'));
  expect(placed(scheduler)).toEqual([]);
});

test('a busy agent that is not taken is waited for as a busy one; an optional task waits too', () => {
  const scheduler = given('a', 'b');
  scheduler.add(spread('1', { optional: true }));
  scheduler.spreads.recall('k', ['a']);
  scheduler.upsertAgent(agentSeen('b', { concurrency: 0 }));
  expect(scheduler.obstacle(spread('1'), 0)).toBe('fitting-agents-busy');
  scheduler.removeAgent('b');
  expect(scheduler.plan(10, 0)).toMatchObject({ assignments: [], degraded: [] });
});

const KEYS = ['k', 'l'] as const;

/** A scheduler at work on tasks with two keys, with its own list of who completed what. */
class Game {
  readonly scheduler = given('a', 'b', 'c');
  readonly completed: { agentId: string; key: string }[] = [];
  readonly out: { agentId: string; task: ReadyTask }[] = [];

  plan(): void {
    for (const key of this.scheduler.spreads.unknown) this.scheduler.spreads.recall(key, this.servedBy(key));
    this.out.push(...placed(this.scheduler));
  }

  end(count: number, completes: boolean): void {
    for (const { agentId, task } of this.out.splice(0, count)) {
      const key = task.spreadKey as string;
      if (completes) this.scheduler.keepSpread(agentId, key);
      if (completes) this.completed.push({ agentId, key });
      this.scheduler.release(agentId, task);
    }
  }

  /** At work on a task with the key, or done with one. */
  takenFor(key: string): string[] {
    const busy = this.out.filter(({ task }) => task.spreadKey === key).map(({ agentId }) => agentId);
    return [...busy, ...this.servedBy(key)];
  }

  private servedBy(key: string): string[] {
    return this.completed.filter((one) => one.key === key).map(({ agentId }) => agentId);
  }
}

const move = fc.record({ key: fc.constantFrom(...KEYS), ends: fc.nat(3), completes: fc.boolean(), gone: fc.boolean() });

test('never two tasks of a key at one agent; and when nothing is left the book is empty (I8)', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
      const game = new Game();
      const { scheduler } = game;
      for (const [index, { key, ends, completes, gone }] of moves.entries()) {
        scheduler.add(readyTask(`${index}`, { spreadKey: key }));
        if (gone) scheduler.remove(`${index}`);
        game.plan();
        for (const taken of KEYS.map((one) => game.takenFor(one))) expect(new Set(taken).size).toBe(taken.length);
        game.end(ends, completes);
      }
      game.end(Infinity, false);
      for (const index of moves.keys()) scheduler.remove(`${index}`);
      expect(scheduler.spreads.size).toBe(0);
    }),
  );
});

test('lines that wait are looked at again when it may help: a slot, an agent, an end, a name', () => {
  const scheduler = new Scheduler();
  scheduler.upsertAgent(agentSeen('a', { concurrency: 1 }));
  const busy = readyTask('busy', { rank: -1 });
  scheduler.add(busy);
  for (const key of ['k', 'l', 'm']) scheduler.add(readyTask(key, { spreadKey: key }));
  scheduler.add(readyTask('second of k', { spreadKey: 'k', rank: 9 }));
  for (const key of ['k', 'l', 'm']) scheduler.spreads.recall(key, key === 'm' ? ['a'] : []);
  const ids = () => placed(scheduler).map(({ task }) => task.id);
  expect(ids()).toEqual(['busy']);
  expect(ids()).toEqual([]);
  scheduler.release('a', busy);
  expect(ids()).toEqual(['k']);
  scheduler.upsertAgent(agentSeen('b', { concurrency: 1 }));
  expect(ids()).toEqual(['l']);
  scheduler.keepSpread('b', 'l');
  scheduler.release('b', readyTask('l', { spreadKey: 'l' }));
  expect(ids()).toEqual(['m']);
  scheduler.release('a', readyTask('k', { spreadKey: 'k' }));
  expect(ids()).toEqual(['second of k']);
});

test('of many lines that wait for the same, an optional one is looked at all the same', () => {
  const scheduler = given('a');
  scheduler.upsertAgent(agentSeen('a', { concurrency: 0 }));
  for (const key of ['k', 'l'])
    scheduler.add(readyTask(key, { spreadKey: key, optional: key === 'l', tags: ['gold'] }));
  for (const key of ['k', 'l']) scheduler.spreads.recall(key, []);
  expect(scheduler.plan(10, 0).degraded).toMatchObject([{ task: { id: 'l' }, obstacle: 'tags-unmatched' }]);
});
