import { Batcher } from './batcher';

/** A flush that the test lets go by hand. */
function gated() {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const flush = async (items: number[]): Promise<number[]> => {
    batches.push(items);
    await new Promise<void>((resolve) => gates.push(resolve));
    return items.map((item) => item * 10);
  };
  return { batches, gates, flush };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an idle batcher flushes at once; what comes meanwhile travels together, in order, up to the limit', async () => {
  const { batches, gates, flush } = gated();
  const batcher = new Batcher(flush, 3);
  const first = batcher.add(1);
  await turn();
  expect(batches).toEqual([[1]]);
  const rest = [2, 3, 4, 5].map((item) => batcher.add(item));
  await turn();
  expect(batches).toHaveLength(1);
  expect(batcher.size).toBe(4);
  gates.shift()?.();
  expect(await first).toBe(10);
  await turn();
  gates.shift()?.();
  await turn();
  gates.shift()?.();
  expect(await Promise.all(rest)).toEqual([20, 30, 40, 50]);
  expect(batches).toEqual([[1], [2, 3, 4], [5]]);
});

test('items may weigh more than one: a batch is within the limit, or one item', async () => {
  const { batches, gates, flush } = gated();
  const batcher = new Batcher(flush, 10, (item) => item);
  for (const item of [1, 4, 5, 1, 30, 2]) void batcher.add(item);
  for (let left = 4; left > 0; left -= 1) {
    await turn();
    gates.shift()?.();
  }
  await batcher.idle();
  expect(batches).toEqual([[1, 4, 5], [1], [30], [2]]);
});

test('a failed flush fails its own items only', async () => {
  let fail = true;
  const batcher = new Batcher<number, number>((items) => {
    if (!fail) return Promise.resolve(items);
    fail = false;
    return Promise.reject(new Error('no'));
  });
  await expect(batcher.add(1)).rejects.toThrow('no');
  await expect(batcher.add(2)).resolves.toBe(2);
});

test('idle resolves when all that was added has been flushed', async () => {
  const { gates, flush, batches } = gated();
  const batcher = new Batcher(flush, 1);
  void batcher.add(1);
  void batcher.add(2);
  const idle = batcher.idle();
  await turn();
  gates.shift()?.();
  await turn();
  gates.shift()?.();
  await idle;
  expect(batches).toEqual([[1], [2]]);
});

test('an idle batcher takes what one callback adds, or what one turn of the event loop does', async () => {
  for (const gather of ['callback', 'turn'] as const) {
    const { batches, flush } = gated();
    const batcher = new Batcher(flush, 10, undefined, gather);
    void batcher.add(1);
    await Promise.resolve();
    await Promise.resolve(); // the callback is over, the turn is not
    void batcher.add(2);
    await turn();
    expect(batches).toEqual(gather === 'turn' ? [[1, 2]] : [[1]]);
  }
});
