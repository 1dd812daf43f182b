/** Finds what no hint told of. */
const EVERY_MS = 2000;

/** Looks everywhere, again and again, one look after the other. */
export class Sweep {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly look: () => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.looking = this.look().then(
        () => this.start(),
        (error: unknown) => this.failed(error),
      );
    }, EVERY_MS);
  }

  /** Resolves when the look under way is over. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }
}
