import { ProgressTicker, type ProgressEvent } from './progress-ticker';

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
afterEach(() => jest.useRealTimers());

function ticker(intervalMs: number, read?: (ids: readonly string[]) => Promise<ProgressEvent[]>) {
  const asked: string[][] = [];
  const told: string[] = [];
  const reads = (ids: readonly string[]): Promise<ProgressEvent[]> => {
    asked.push([...ids]);
    return read?.(ids) ?? Promise.resolve(ids.map((id) => ({ id }) as ProgressEvent));
  };
  return {
    asked,
    told,
    ticker: new ProgressTicker(reads, intervalMs, (events) => told.push(...events.map(({ id }) => id))),
  };
}
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

test('the first news is told at once, what follows once in an interval', async () => {
  const { asked, told, ticker: one } = ticker(1000);
  one.touch(['a']);
  await pass(1);
  one.touch(['a']);
  one.touch(['b', 'a']);
  await pass(900);
  expect(asked).toEqual([['a']]);
  await pass(200);
  expect(asked).toEqual([['a'], ['a', 'b']]);
  expect(told).toEqual(['a', 'a', 'b']);
  await pass(10_000);
  expect(asked).toHaveLength(2);
});

test('what cannot be read is read again', async () => {
  let failures = 2;
  const { told, ticker: one } = ticker(0, (ids) =>
    failures-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve(ids.map((id) => ({ id }) as ProgressEvent)),
  );
  one.touch(['a']);
  await pass(1500);
  expect(told).toEqual([]);
  await pass(1500);
  expect(told).toEqual(['a']);
});

test('many runs are read a page at a time; who has stopped is told nothing', async () => {
  const { asked, ticker: one } = ticker(100);
  one.touch(Array.from({ length: 700 }, (_, n) => String(n)));
  await pass(50);
  expect(asked.map((ids) => ids.length)).toEqual([500]);
  one.stop();
  one.touch(['x']);
  await pass(1000);
  expect(asked).toHaveLength(1);
});
