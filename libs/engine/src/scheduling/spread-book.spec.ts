import { SpreadBook } from './spread-book';

function known(): SpreadBook {
  const book = new SpreadBook();
  book.enter('k');
  book.recall('k', []);
  return book;
}

test('nobody is free for a key until it is told what was completed before', () => {
  const book = new SpreadBook();
  book.enter('k');
  expect([...book.unknown]).toEqual(['k']);
  expect(book.isTaken('k', '1', 'one')).toBe(true);
  book.recall('k', ['one']);
  expect(book.unknown.size).toBe(0);
  expect(book.isTaken('k', '1', 'one')).toBe(true);
  expect(book.isTaken('k', '2', 'two')).toBe(false);
  expect(book.isTaken('other', '1', 'one')).toBe(false);
});

test('who is at work is taken, also under another id; who gave it back is free', () => {
  const book = known();
  book.take('k', '1', 'one');
  expect(book.isTaken('k', '1', 'one')).toBe(true);
  expect(book.isTaken('k', '9', 'one')).toBe(true);
  book.giveBack('k', '1');
  expect(book.isTaken('k', '1', 'one')).toBe(false);
});

test('an agent that has two, as an earlier brain may have left it, is free after both', () => {
  const book = known();
  book.take('k', '1', undefined);
  book.take('k', '1', undefined);
  book.giveBack('k', '1');
  expect(book.isTaken('k', '1', 'one')).toBe(true);
  book.giveBack('k', '1');
  book.giveBack('k', '1');
  expect(book.isTaken('k', '1', 'one')).toBe(false);
});

test.each([
  ['by the name told', 'held', 'told', 'told'],
  ['by the name it was taken with', 'held', undefined, 'held'],
])('who completed one stays taken: %s', (_how, held, told, name) => {
  const book = known();
  book.take('k', '1', held);
  book.keep('k', '1', told);
  book.giveBack('k', '1');
  expect(book.isTaken('k', '9', name)).toBe(true);
  expect(book.isTaken('k', '2', 'two')).toBe(false);
});

test('when one has completed whose name is not known, nobody is free until it is told', () => {
  const book = known();
  book.take('k', '1', undefined);
  book.keep('k', '1', undefined);
  book.giveBack('k', '1');
  expect([...book.unknown]).toEqual(['k']);
  expect(book.isTaken('k', '2', 'two')).toBe(true);
  book.recall('k', ['one']);
  expect(book.isTaken('k', '2', 'two')).toBe(false);
  expect(book.isTaken('k', '1', 'one')).toBe(true);
});

test('a key is forgotten with its last use (I8)', () => {
  const book = known();
  book.enter('k');
  book.take('k', '1', 'one');
  book.leave('k');
  book.leave('k');
  expect(book.size).toBe(1);
  book.giveBack('k', '1');
  expect(book.size).toBe(0);
  for (const verb of [() => book.leave('k'), () => book.keep('k', '1', 'one'), () => book.recall('k', ['one'])]) verb();
  expect(book.size).toBe(0);
  book.enter('k');
  book.leave('k');
  expect(book.unknown.size).toBe(0);
});

test('what is out and has nobody waiting behind it is asked about when somebody comes', () => {
  const book = new SpreadBook();
  book.take('k', '1', 'one');
  expect(book.unknown.size).toBe(0);
  book.enter('k');
  expect([...book.unknown]).toEqual(['k']);
});
