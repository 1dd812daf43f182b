import { InFlightBook } from './in-flight-book';

test('without limits there is always room', () => {
  const book = new InFlightBook();
  for (let n = 0; n < 1000; n += 1) book.take('a.b');
  expect([book.isFull, book.hasRoom('a.b')]).toEqual([false, true]);
});

test('the whole and each capability have their own bound', () => {
  const book = new InFlightBook({ total: 3, perCapability: new Map([['a.b', 1]]) });
  book.take('a.b');
  expect([book.isFull, book.hasRoom('a.b'), book.hasRoom('c.d')]).toEqual([false, false, true]);
  book.take('c.d');
  book.take('c.d');
  expect(book.isFull).toBe(true);
  book.giveBack('a.b');
  expect([book.isFull, book.hasRoom('a.b')]).toEqual([false, true]);
});

test('giving back more than was taken makes no room', () => {
  const book = new InFlightBook({ total: 1, perCapability: new Map([['a.b', 1]]) });
  book.giveBack('a.b');
  book.take('a.b');
  expect([book.isFull, book.hasRoom('a.b')]).toEqual([true, false]);
});
