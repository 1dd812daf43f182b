import { type Logger } from '@baton/observability';
import { type EventPage, type EventSource } from './event-source';

/** Whoever follows the feed. Gets every page after its start, in order, without a gap. */
export interface Follower {
  /** Resolves when it can take more; rejects to be let go. A page may hold nothing of interest. */
  take(page: EventPage): void;
  /** False: it is behind with what it took and is served from the database when it has caught up. */
  readonly ready: boolean;
}

const POLL_MS = 250;

/**
 * One tail of the audit for all followers of this process. It runs only while somebody follows, woken by commits here
 * and every 250 ms for those of other processes. Who starts in the past, or falls behind, reads pages of its own.
 */
export class EventFeed {
  private readonly live = new Set<Follower>();
  private position = 0;
  private running: Promise<void> | undefined;
  private wakeUp: (() => void) | undefined;
  private changed = false;

  constructor(
    private readonly source: EventSource,
    private readonly logger: Logger,
  ) {}

  /** Something was committed. */
  wake(): void {
    this.changed = true;
    this.wakeUp?.();
  }

  /** Where the feed ends now: a follower that starts here sees all that comes. */
  end(): Promise<number> {
    return this.source.end();
  }

  /** A page after `sequence`, for a follower that is not live. */
  read(sequence: number): Promise<EventPage> {
    return this.source.after(sequence);
  }

  /**
   * Makes a follower that has seen everything up to `seen` live. False: the tail is further already; read on first.
   * Live followers may be given pages they have seen a part of.
   */
  join(follower: Follower, seen: number): boolean {
    if (this.live.size > 0 && seen < this.position) return false;
    if (this.live.size === 0) this.position = seen;
    this.live.add(follower);
    this.running ??= this.run();
    return true;
  }

  leave(follower: Follower): void {
    this.live.delete(follower);
    if (this.live.size === 0) this.wakeUp?.();
  }

  /** Resolves when the tail has stopped; all followers must have left. */
  async stopped(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    let failing = false;
    while (this.live.size > 0) {
      this.changed = false;
      try {
        const from = this.position;
        const page = await this.source.after(from);
        failing = false;
        // The tail may have started anew, elsewhere, while this page was read.
        if (from !== this.position) continue;
        this.hand(page);
        if (!page.atEnd) continue;
      } catch (error) {
        // Followers stay: nothing is lost, they go on when the database is back.
        if (!failing) this.logger.warn({ event: 'feed.failed', err: error }, 'the event feed waits for the database');
        failing = true;
      }
      await this.nap();
    }
    this.running = undefined;
  }

  private hand(page: EventPage): void {
    this.position = page.seen;
    for (const follower of [...this.live]) {
      follower.take(page);
      if (!follower.ready) this.live.delete(follower);
    }
  }

  private nap(): Promise<void> {
    if (this.changed || this.live.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wakeUp?.(), POLL_MS);
      this.wakeUp = () => {
        clearTimeout(timer);
        this.wakeUp = undefined;
        resolve();
      };
    });
  }
}
