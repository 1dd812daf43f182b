/** A ready task as the scheduler sees it. */
export interface ReadyTask {
  readonly id: string;
  readonly capability: string;
  /** Smaller first; ties by id. */
  readonly rank: number;
  readonly targetAgentId: string | null;
  readonly tags: readonly string[];
  readonly concurrencyKey: string | null;
  readonly concurrencyLimit: number;
  /** Milliseconds since the epoch; after it the task is not worth starting. */
  readonly deadlineMs: number | null;
}

/** The ready tasks of one capability in order: a binary heap. Removal is lazy. */
export class ReadyQueue {
  private readonly heap: ReadyTask[] = [];
  private readonly members = new Map<string, ReadyTask>();

  get size(): number {
    return this.members.size;
  }

  has(id: string): boolean {
    return this.members.has(id);
  }

  /** The same task again changes nothing. */
  add(task: ReadyTask): void {
    if (this.members.has(task.id)) return;
    this.members.set(task.id, task);
    this.heap.push(task);
    this.rise(this.heap.length - 1);
  }

  remove(id: string): boolean {
    return this.members.delete(id);
  }

  peek(): ReadyTask | undefined {
    for (let head = this.heap[0]; head; head = this.heap[0]) {
      if (this.members.get(head.id) === head) return head;
      this.dropHead();
    }
    return undefined;
  }

  pop(): ReadyTask | undefined {
    const head = this.peek();
    if (!head) return undefined;
    this.members.delete(head.id);
    this.dropHead();
    return head;
  }

  private dropHead(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink(0);
  }

  private rise(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  private sink(start: number): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let first = left;
      if (right < this.heap.length && this.isBefore(right, left)) first = right;
      if (first >= this.heap.length || !this.swapIfBefore(first, index)) return;
      index = first;
    }
  }

  private swapIfBefore(child: number, parent: number): boolean {
    if (!this.isBefore(child, parent)) return false;
    const task = this.heap[child] as ReadyTask;
    this.heap[child] = this.heap[parent] as ReadyTask;
    this.heap[parent] = task;
    return true;
  }

  private isBefore(one: number, other: number): boolean {
    const a = this.heap[one] as ReadyTask;
    const b = this.heap[other] as ReadyTask;
    return a.rank < b.rank || (a.rank === b.rank && a.id < b.id);
  }
}
