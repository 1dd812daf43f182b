import { LongWaits } from './long-waits';

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

test('who waits waits until the end, and the end waits for all', async () => {
  const answered: string[] = [];
  const waits = new LongWaits((error) => fail(error));
  for (const name of ['a', 'b']) waits.add(async (signal) => untilAborted(signal).then(() => void answered.push(name)));
  await new Promise(setImmediate);
  expect(answered).toEqual([]);
  await waits.end();
  expect(answered).toEqual(['a', 'b']);
});

test('I8 beyond the bound nobody waits, until there is room again', async () => {
  const waits = new LongWaits((error) => fail(error), 1);
  const first = new Promise<void>((resolve) => waits.add((signal) => untilAborted(signal).then(resolve)));
  await new Promise<void>((resolve) => waits.add((signal) => untilAborted(signal).then(resolve)));
  await waits.end();
  await first;
  let waiting = true;
  waits.add((signal) => untilAborted(signal).then(() => void (waiting = false)));
  await new Promise(setImmediate);
  expect(waiting).toBe(true);
  await waits.end();
});

test('an answer that fails is told, and holds up nobody', async () => {
  const failures: unknown[] = [];
  const waits = new LongWaits((error) => failures.push(error));
  waits.add(() => Promise.reject(new Error('gone')));
  await waits.end();
  expect(failures).toEqual([new Error('gone')]);
});

function fail(error: unknown): never {
  throw error;
}
