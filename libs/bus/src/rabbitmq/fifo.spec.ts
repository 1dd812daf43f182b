import fc from 'fast-check';
import { Fifo } from './fifo';

test('behaves like an array', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { nil: undefined }), { maxLength: 100 }), (steps) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      for (const step of steps) {
        if (step !== undefined) {
          model.push(step);
          fifo.push(step);
        } else expect(fifo.shift()).toBe(model.shift());
        expect(fifo).toHaveLength(model.length);
      }
      expect(fifo.drain()).toEqual(model);
      expect(fifo).toHaveLength(0);
    }),
  );
});

test('keeps its order over the point where it frees its space', () => {
  const fifo = new Fifo<number>();
  for (let n = 0; n < 5_000; n++) fifo.push(n);
  for (let n = 0; n < 4_000; n++) expect(fifo.shift()).toBe(n);
  fifo.push(5_000);
  expect(fifo).toHaveLength(1_001);
  expect(fifo.shift()).toBe(4_000);
});
