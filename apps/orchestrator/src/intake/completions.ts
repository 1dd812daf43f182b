import { type Database, keyed } from '@baton/persistence';

const ENDED = keyed('tasks-ended', 'select id from tasks where id = any($1::uuid[]) and finished_at is not null');

/** Also asked now and then, in case the news of an end got lost. */
const POLL_MS = 500;

/** Lets callers wait for the end of tasks, whichever door they came by. */
export class Completions {
  private readonly waiting = new Map<string, Set<() => void>>();
  private poll: NodeJS.Timeout | undefined;
  private tellWaiting: () => void = () => undefined;

  constructor(private readonly database: Database) {}

  /** True as soon as the task has ended; false when `withinMs` are over or `signal` aborts. */
  async wait(taskId: string, withinMs: number, signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (ended: boolean): void => {
        clearTimeout(timer);
        this.forget(taskId, onEnded);
        resolve(ended);
      };
      const onEnded = (): void => finish(true);
      const timer = setTimeout(() => finish(false), withinMs);
      signal?.addEventListener('abort', () => finish(false), { once: true });
      this.remember(taskId, onEnded);
    });
  }

  /** `tell` is called each time somebody begins to wait: whoever brings the news can begin to listen. */
  onWaiting(tell: () => void): void {
    this.tellWaiting = tell;
  }

  /** Whether anybody waits for anything. */
  get busy(): boolean {
    return this.waiting.size > 0;
  }

  ended(taskIds: Iterable<string>): void {
    if (!this.busy) return;
    for (const id of taskIds) for (const tell of [...(this.waiting.get(id) ?? [])]) tell();
  }

  close(): void {
    clearInterval(this.poll);
  }

  private remember(taskId: string, tell: () => void): void {
    const set = this.waiting.get(taskId) ?? new Set();
    this.waiting.set(taskId, set.add(tell));
    this.poll ??= setInterval(() => void this.ask(), POLL_MS);
    this.tellWaiting();
  }

  private forget(taskId: string, tell: () => void): void {
    const set = this.waiting.get(taskId);
    set?.delete(tell);
    if (set?.size === 0) this.waiting.delete(taskId);
    if (this.waiting.size > 0) return;
    clearInterval(this.poll);
    this.poll = undefined;
  }

  private async ask(): Promise<void> {
    try {
      const rows = await this.database.run<{ id: string }>(ENDED, [[...this.waiting.keys()]]);
      this.ended(rows.map((row) => row.id));
    } catch {
      // The database is away: whoever waits is told when it is back or the time is up.
    }
  }
}
