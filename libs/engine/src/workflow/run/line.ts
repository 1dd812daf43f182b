/** First in, first out, at a cost that does not grow with its length. */
export class Line<Item> {
  private items: Item[] = [];
  private first = 0;

  get length(): number {
    return this.items.length - this.first;
  }

  push(item: Item): void {
    this.items.push(item);
  }

  shift(): Item | undefined {
    if (this.first === this.items.length) return undefined;
    const item = this.items[this.first];
    this.first += 1;
    if (this.first * 2 > this.items.length) this.compact();
    return item;
  }

  clear(): void {
    this.items = [];
    this.first = 0;
  }

  private compact(): void {
    this.items = this.items.slice(this.first);
    this.first = 0;
  }
}
