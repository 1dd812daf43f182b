import * as fc from 'fast-check';
import { dueBy, sendTime } from './open-loop';

test('at 100 a second the first is due at once and each next one 10 ms later', () => {
  expect([0, 1, 2, 100].map((index) => sendTime(index, 100))).toEqual([0, 10, 20, 1000]);
  expect([-1, 0, 9.99, 10, 55, 10_000].map((elapsed) => dueBy(elapsed, 100, 500))).toEqual([0, 1, 1, 2, 6, 500]);
});

test('whatever the rate, exactly those are due whose time has come', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 2000 }), (perSecond, index) => {
      const at = sendTime(index, perSecond);
      expect(dueBy(at, perSecond, 10_000)).toBe(index + 1);
      expect(dueBy(at - 0.01, perSecond, 10_000)).toBe(index);
    }),
  );
});
