import { readyTask } from './scheduling.fixture';
import { ReadyWindow } from './ready-window';

const rows = (count: number) => Array.from({ length: count }, (_, rank) => readyTask(`t${rank}`, { rank }));

test('a window that was never read needs a read and admits nothing', () => {
  const window = new ReadyWindow(10);
  expect(window.needsRefill(0)).toBe(true);
  expect(window.admits(1, 0)).toBe(false);
});

test('a short read shows that all is here: everything new is admitted, up to a bound', () => {
  const window = new ReadyWindow(10);
  window.filled(rows(9));
  expect(window.needsRefill(0)).toBe(false);
  expect(window.admits(99, 9)).toBe(true);
  expect(window.admits(99, 20)).toBe(false);
  expect(window.needsRefill(4)).toBe(true);
});

test('a full read leaves a backlog: what lies behind it is not admitted, what lies before it is', () => {
  const window = new ReadyWindow(10);
  window.filled(rows(10));
  expect(window.admits(50, 10)).toBe(false);
  expect(window.admits(3, 10)).toBe(true);
  expect(window.admits(3, 20)).toBe(false);
  expect(window.needsRefill(5)).toBe(false);
  expect(window.needsRefill(4)).toBe(true);
});

test('what is cut off lies behind the window: from there on it is not admitted, and it is read again', () => {
  const window = new ReadyWindow(10);
  window.filled(rows(3));
  expect(window.isComplete).toBe(true);
  window.cut(50);
  expect([window.isComplete, window.needsRefill(3)]).toEqual([false, true]);
  expect([window.admits(49, 3), window.admits(50, 3)]).toEqual([true, false]);
});

test('news from elsewhere lead to another read once the window runs low', () => {
  const window = new ReadyWindow(10);
  window.filled([]);
  window.invalidate();
  expect(window.needsRefill(0)).toBe(true);
  expect(window.needsRefill(5)).toBe(false);
});
