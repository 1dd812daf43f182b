/**
 * Natural batching: while one flush is in flight the next batch gathers; an idle batcher flushes at once, so light
 * load pays no delay. Items keep their order. At most one flush runs at a time.
 */
export class Batcher<Item, Result> {
  private waiting: Entry<Item, Result>[] = [];
  private flushing: Promise<void> | undefined;

  /**
   * `flush` returns one result per item, in order. When it throws, every item of that batch fails with its error. A
   * batch weighs `maxBatch` at most, or is one item; an item weighs 1 unless `weigh` says otherwise. `gather`: whether
   * an idle batcher takes what one callback adds (default), or all that this turn of the event loop does.
   */
  constructor(
    private readonly flush: (items: Item[]) => Promise<readonly Result[]>,
    private readonly maxBatch = 500,
    private readonly weigh?: (item: Item) => number,
    private readonly gather: 'callback' | 'turn' = 'callback',
  ) {}

  /** Items accepted and not yet flushed. */
  get size(): number {
    return this.waiting.length;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.flushing ??= this.drain();
    });
  }

  /** Resolves when everything added before the call has been flushed. */
  async idle(): Promise<void> {
    while (this.flushing) await this.flushing;
  }

  private async drain(): Promise<void> {
    await (this.gather === 'turn' ? endOfTurn() : Promise.resolve());
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.nextSize());
      await this.flushBatch(batch);
    }
    this.flushing = undefined;
  }

  private nextSize(): number {
    if (!this.weigh) return this.maxBatch;
    let [size, weight] = [0, 0];
    for (const { item } of this.waiting) {
      weight += this.weigh(item);
      if (size > 0 && weight > this.maxBatch) break;
      size += 1;
    }
    return size;
  }

  private async flushBatch(batch: Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await this.flush(batch.map((entry) => entry.item));
      batch.forEach((entry, index) => entry.resolve(results[index] as Result));
    } catch (error) {
      for (const entry of batch) entry.reject(error as Error);
    }
  }
}

interface Entry<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
