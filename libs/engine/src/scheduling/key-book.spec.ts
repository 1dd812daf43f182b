import { KeyBook } from './key-book';

test('as many as the limit, and again after one was given back', () => {
  const book = new KeyBook();
  book.take('k', 2);
  expect(book.hasRoom('k', 2)).toBe(true);
  book.take('k', 2);
  expect([book.hasRoom('k', 2), book.hasRoom('other', 1)]).toEqual([false, true]);
  book.giveBack('k', 2);
  expect(book.hasRoom('k', 2)).toBe(true);
});

test('limits that differ: the smallest of those that run and the one that is to go', () => {
  const book = new KeyBook();
  book.take('k', 5);
  book.take('k', 5);
  expect([book.hasRoom('k', 5), book.hasRoom('k', 2), book.hasRoom('k', 3)]).toEqual([true, false, true]);
  book.take('k', 3);
  expect(book.hasRoom('k', 5)).toBe(false);
  book.giveBack('k', 3);
  expect(book.hasRoom('k', 5)).toBe(true);
});

test('all given back: nothing is remembered; more than that changes nothing', () => {
  const book = new KeyBook();
  book.take('k', 1);
  book.giveBack('k', 2);
  expect(book.hasRoom('k', 1)).toBe(false);
  book.giveBack('k', 1);
  book.giveBack('k', 1);
  expect(book.size).toBe(0);
});
