import { type Logger } from '@baton/observability';
import { CalmLog } from './calm-log';

function fixture(): { log: CalmLog; lines: unknown[] } {
  const lines: unknown[] = [];
  const logger = { warn: (fields: object, text: string) => lines.push({ ...fields, text }) } as unknown as Logger;
  return { log: new CalmLog(logger), lines };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('ten thousand of one sort in a second are two lines; another sort has its own', () => {
  const { log, lines } = fixture();
  for (let n = 0; n < 10_000; n++) log.warn('a', { n }, 'refused');
  log.warn('b', { n: -1 }, 'refused');
  expect(lines).toEqual([
    { n: 0, text: 'refused' },
    { n: -1, text: 'refused' },
  ]);
  jest.advanceTimersByTime(5_000);
  expect(lines.slice(2)).toEqual([{ n: 9_999, more: 9_999, text: 'refused' }]);
});

test('what stays away for a while is told at once when it comes again, and no timer is left', () => {
  const { log, lines } = fixture();
  log.warn('a', { n: 1 }, 'refused');
  jest.advanceTimersByTime(5_000);
  expect(jest.getTimerCount()).toBe(0);
  log.warn('a', { n: 2 }, 'refused');
  expect(lines).toHaveLength(2);
});

test('closing tells what was counted', () => {
  const { log, lines } = fixture();
  for (const n of [1, 2, 3]) log.warn('a', { n }, 'refused');
  log.close();
  expect(lines.slice(1)).toEqual([{ n: 3, more: 2, text: 'refused' }]);
  expect(jest.getTimerCount()).toBe(0);
});
