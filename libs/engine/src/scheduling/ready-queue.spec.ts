import fc from 'fast-check';
import { readyTask } from './scheduling.fixture';
import { ReadyQueue } from './ready-queue';

test('hands out by rank, then by id, whatever was added or removed in between', () => {
  const entry = fc.record({ rank: fc.integer({ min: -50, max: 50 }), remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const queue = new ReadyQueue();
      const tasks = entries.map(({ rank }, index) => readyTask(`t${String(index).padStart(4, '0')}`, { rank }));
      for (const task of tasks) queue.add(task);
      const gone = tasks.filter((_, index) => entries[index]?.remove);
      for (const task of gone) queue.remove(task.id);
      const left = tasks.filter((task) => !gone.includes(task));
      expect(queue.size).toBe(left.length);
      const out = Array.from({ length: left.length }, () => queue.pop());
      expect(out).toEqual([...left].sort((a, b) => a.rank - b.rank || a.id.localeCompare(b.id)));
      expect(queue.pop()).toBeUndefined();
    }),
  );
});

test('a task that is added twice is there once, and again after it was removed', () => {
  const queue = new ReadyQueue();
  const task = readyTask('a');
  queue.add(task);
  queue.add({ ...task });
  expect(queue.size).toBe(1);
  queue.remove('a');
  expect(queue.peek()).toBeUndefined();
  queue.add(readyTask('a', { rank: 3 }));
  expect(queue.has('a')).toBe(true);
  expect(queue.pop()?.rank).toBe(3);
  expect(queue.pop()).toBeUndefined();
});
