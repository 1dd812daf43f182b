/**
 * How long what came in is still ours. `lost`: the connection went, and the broker delivers it again. `closed`: its
 * recipient takes nothing more.
 */
export class Life {
  private ended: 'lost' | 'closed' | undefined;
  private readonly sleepers = new Set<() => void>();

  get over(): 'lost' | 'closed' | undefined {
    return this.ended;
  }

  end(how: 'lost' | 'closed'): void {
    this.ended ??= how;
    for (const wake of [...this.sleepers]) wake();
  }

  /** Resolves after `ms`, or as soon as the life is over. Keeps no process alive: an open connection does. */
  pause(ms: number): Promise<void> {
    if (this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms).unref();
      this.sleepers.add(wake);
    });
  }
}
