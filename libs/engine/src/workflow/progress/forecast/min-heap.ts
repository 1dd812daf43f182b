/** Numbers with an index each; the smallest comes first. */
export class MinHeap {
  private readonly keys: number[] = [];
  private readonly values: number[] = [];

  get size(): number {
    return this.keys.length;
  }

  push(key: number, value: number): void {
    let place = this.keys.length;
    for (let parent = (place - 1) >> 1; place > 0 && this.key(parent) > key; parent = (place - 1) >> 1) {
      this.set(place, this.key(parent), this.values[parent] as number);
      place = parent;
    }
    this.set(place, key, value);
  }

  /** Of a heap that is not empty. */
  pop(): { readonly key: number; readonly value: number } {
    const top = { key: this.key(0), value: this.values[0] as number };
    const key = this.keys.pop() as number;
    const value = this.values.pop() as number;
    if (this.size > 0) this.sink(key, value);
    return top;
  }

  private sink(key: number, value: number): void {
    let place = 0;
    for (let child = 1; child < this.size; child = 2 * place + 1) {
      if (child + 1 < this.size && this.key(child + 1) < this.key(child)) child += 1;
      if (this.key(child) >= key) break;
      this.set(place, this.key(child), this.values[child] as number);
      place = child;
    }
    this.set(place, key, value);
  }

  private key(place: number): number {
    return this.keys[place] as number;
  }

  private set(place: number, key: number, value: number): void {
    this.keys[place] = key;
    this.values[place] = value;
  }
}
