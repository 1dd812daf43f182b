import { couldHold, ResourceBook } from './resource-book';

const declared = { cpu: 1, memoryMb: 512 };

test('what is taken is missing until it is given back, also in tenths', () => {
  const book = new ResourceBook();
  for (let n = 0; n < 10; n += 1) {
    expect(book.hasRoom('a', declared, { cpu: 0.1 })).toBe(true);
    book.take('a', { cpu: 0.1 });
  }
  expect(book.hasRoom('a', declared, { cpu: 0.1 })).toBe(false);
  expect(book.hasRoom('a', declared, { memoryMb: 512 })).toBe(true);
  expect(book.hasRoom('b', declared, { cpu: 1 })).toBe(true);
  for (let n = 0; n < 10; n += 1) book.giveBack('a', { cpu: 0.1 });
  expect(book.size).toBe(0);
});

test('what was not declared is not there', () => {
  expect(couldHold(undefined, { gpu: 1 })).toBe(false);
  expect(couldHold(declared, { gpu: 1 })).toBe(false);
  expect(couldHold(declared, { gpu: 0, cpu: 1 })).toBe(true);
});

test('giving back what nobody took makes no room', () => {
  const book = new ResourceBook();
  book.giveBack('a', { cpu: 1 });
  book.take('a', { cpu: 1 });
  book.giveBack('a', { memoryMb: 100 });
  expect(book.hasRoom('a', declared, { cpu: 0.1 })).toBe(false);
});
