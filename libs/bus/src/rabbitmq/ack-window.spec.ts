import fc from 'fast-check';
import { AckWindow } from './ack-window';

function deliver(count: number): AckWindow {
  const window = new AckWindow();
  for (let tag = 1; tag <= count; tag++) window.delivered(tag);
  return window;
}

test('a run from the oldest on is one ack', () => {
  const window = deliver(5);
  for (const tag of [3, 1, 2]) window.settle(tag);
  expect(window.take()).toEqual([{ tag: 3, multiple: true }]);
  expect(window.take()).toEqual([]);
  expect(window.size).toBe(2);
});

test('above an open delivery each is acked alone', () => {
  const window = deliver(5);
  for (const tag of [1, 3, 5]) window.settle(tag);
  expect(window.take()).toEqual([
    { tag: 1, multiple: true },
    { tag: 3, multiple: false },
    { tag: 5, multiple: false },
  ]);
});

test('what was given back is acked by no run', () => {
  const window = deliver(3);
  window.forget(1);
  window.settle(1);
  window.settle(2);
  expect(window.take()).toEqual([{ tag: 2, multiple: true }]);
});

test('a multiple ack never covers an open delivery, and every settled one is covered once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 })), fc.integer({ min: 1, max: 7 }), (tags, every) => {
      const window = deliver(30);
      const open = new Set(Array.from({ length: 30 }, (_, index) => index + 1));
      const acked = new Set<number>();
      const take = (): void => {
        for (const { tag, multiple } of window.take()) {
          const covered = multiple ? Array.from({ length: tag }, (_, index) => index + 1) : [tag];
          for (const one of covered) expect(open.has(one)).toBe(false);
          for (const one of covered) acked.add(one);
        }
      };
      tags.forEach((tag, index) => {
        window.settle(tag);
        open.delete(tag);
        if (index % every === 0) take();
      });
      take();
      expect([...acked].sort()).toEqual([...new Set(tags)].sort());
    }),
  );
});

test('what may come again after a loss is what is open, and what was acked of late', () => {
  const window = new AckWindow();
  for (let tag = 1; tag <= 2_000; tag++) window.delivered(tag, `m${tag}`);
  for (let tag = 2; tag <= 1_999; tag++) window.settle(tag);
  window.take();
  const ids = window.ids;
  expect(ids).toHaveLength(1_002);
  expect(ids).toEqual(expect.arrayContaining(['m1', 'm2000', 'm1999', 'm1000']));
});
