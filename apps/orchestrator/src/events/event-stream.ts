import { once } from 'node:events';
import { type ServerResponse } from 'node:http';
import { type EventFeed, type Follower } from './event-feed';
import { type ProgressEvent, ProgressTicker, type ReadProgress } from '../progress/progress-ticker';
import { type EventFilter, matches, wantsProgress } from './event-filter';
import { type EventPage } from './event-source';

/** Bytes waiting for a slow client beyond which it is served from the database at its own pace. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** A client that takes nothing for so long is cut. */
const DRAIN_MS = 30_000;
const HEARTBEAT_MS = 15_000;

export interface StreamProgress {
  readonly read: ReadProgress;
  /** Of one run, at most so often. */
  readonly intervalMs: number;
}

/**
 * One client's stream of server-sent events. S1 `id` is the sequence number; a client that comes back with the last
 * one misses nothing. S2 Memory is bounded: a slow client is read for later, and one that takes nothing is cut, with
 * an event that says so. S3 The progress of workflows has no number: after a change the newest is told, also to who
 * came back.
 */
export class EventStream implements Follower {
  private seen: number;
  private closed = false;
  private readonly heartbeat: NodeJS.Timeout;
  private readonly ticker: ProgressTicker | undefined;

  constructor(
    private readonly feed: EventFeed,
    private readonly response: ServerResponse,
    private readonly filter: EventFilter,
    { start, progress }: { readonly start: number; readonly progress: StreamProgress },
  ) {
    this.seen = start;
    if (wantsProgress(filter)) {
      this.ticker = new ProgressTicker(progress.read, progress.intervalMs, (events) => this.tell(events));
    }
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS);
    response.on('close', () => this.release());
    response.on('error', () => this.release());
  }

  get ready(): boolean {
    return !this.closed && this.response.writableLength < MAX_WAITING_BYTES;
  }

  /** Serves until the client goes or `end` is called. Rejects when the feed cannot be read. */
  async serve(): Promise<void> {
    // A client that leaves before the first event still knows where it was.
    this.response.write(`retry: 1000\nid: ${this.seen}\n\n`);
    if (this.filter.workflowId !== undefined) this.ticker?.touch([this.filter.workflowId]);
    while (!this.closed) {
      if (!this.ready && !(await this.drained())) return this.end('slow', 'Too slow: come back with Last-Event-ID.');
      if (this.closed) return;
      const page = await this.feed.read(this.seen);
      this.take(page);
      if (page.atEnd && this.ready && this.feed.join(this, this.seen)) await this.untilBehind();
    }
  }

  take(page: EventPage): void {
    if (this.closed) return;
    const fresh = page.events.filter(({ sequence, event }) => sequence > this.seen && matches(this.filter, event));
    this.seen = Math.max(this.seen, page.seen);
    const text = fresh.map(
      ({ sequence, event }) => `id: ${sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
    );
    if (text.length > 0) this.response.write(text.join(''));
    this.ticker?.touch(fresh.flatMap(({ event }) => event.workflowId ?? []));
    if (!this.ready) this.fallBehind?.();
  }

  /** Says why and closes. */
  end(code: string, message: string): void {
    if (this.closed) return;
    this.response.end(`id: ${this.seen}\nevent: stream.ended\ndata: ${JSON.stringify({ code, message })}\n\n`);
    this.release();
    const cut = setTimeout(() => this.response.destroy(), 2000);
    this.response.on('close', () => clearTimeout(cut));
  }

  private tell(events: readonly ProgressEvent[]): void {
    // Who is behind is told the newest when it has caught up.
    if (!this.ready) return this.ticker?.touch(events.map(({ id }) => id));
    const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    if (text.length > 0) this.response.write(text.join(''));
  }

  private fallBehind: (() => void) | undefined;

  /** Resolves when this is not live any more. */
  private untilBehind(): Promise<void> {
    return new Promise((resolve) => {
      this.fallBehind = () => {
        this.fallBehind = undefined;
        this.feed.leave(this);
        resolve();
      };
      if (this.closed) this.fallBehind();
    });
  }

  private async drained(): Promise<boolean> {
    try {
      await once(this.response, 'drain', { signal: AbortSignal.timeout(DRAIN_MS) });
      return true;
    } catch {
      return this.closed;
    }
  }

  private beat(): void {
    if (this.ready) this.response.write(': still here\n\n');
  }

  private release(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.heartbeat);
    this.ticker?.stop();
    this.feed.leave(this);
    this.fallBehind?.();
  }
}
