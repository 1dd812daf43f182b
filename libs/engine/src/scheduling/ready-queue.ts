import { type RateLimit, type TaskResources } from '@baton/contracts';

/** A ready task as the scheduler sees it. */
export interface ReadyTask {
  readonly id: string;
  readonly capability: string;
  /** Smaller first; ties by id. */
  readonly rank: number;
  readonly targetAgentId: string | null;
  readonly tags: readonly string[];
  /** A range of versions of the capability; null: any. */
  readonly version: string | null;
  readonly resources: TaskResources | null;
  /** The same for all tasks that ask for the same keys and agents; null: it asks for nothing beyond its capability. */
  readonly lane: string | null;
  readonly concurrencyKey: string | null;
  readonly concurrencyLimit: number;
  readonly rateLimitKey: string | null;
  readonly rateLimit: RateLimit | null;
  /** Tasks with the same key go to agents of different names. */
  readonly spreadKey: string | null;
  /** Not worth waiting for an agent that is not there. */
  readonly optional: boolean;
  /** Milliseconds since the epoch; after it the task is not worth starting. */
  readonly deadlineMs: number | null;
  /** Capabilities that will do when this one cannot, in this order. */
  readonly fallback: readonly string[];
}

/** What an attempt occupies besides a slot, to be given back at its end. */
export type Holding = Pick<
  ReadyTask,
  'capability' | 'concurrencyKey' | 'concurrencyLimit' | 'resources' | 'rateLimitKey' | 'spreadKey'
>;

/** The order of ready tasks. */
export function goesBefore(a: ReadyTask, b: ReadyTask): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.id < b.id);
}

/** Ready tasks in order: a binary heap. Removal is lazy. */
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
    return goesBefore(this.heap[one] as ReadyTask, this.heap[other] as ReadyTask);
  }
}
