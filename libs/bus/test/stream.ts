import { HandledWindow } from '../src/messaging/handled-window';
import { type Bus, type QueueSpec } from '../src';
import { one, to } from './bus-fixture';

const stepMs = 10;
/** More than this under way: the stream pauses, as a caller who awaits its publishes does. */
const mostUnderWay = 5_000;

/** Numbered confirmed messages at a steady pace, and what arrives of them behind the window of de-duplication. */
export class Stream {
  /** In the order in which the handler saw them. */
  readonly handled: number[] = [];
  readonly confirmed = new Set<number>();
  readonly failures: unknown[] = [];
  /** Deliveries that the window kept from the handler. */
  duplicates = 0;
  /** The longest time without anything handled, in ms. */
  longestGapMs = 0;
  sent = 0;
  private readonly window = new HandledWindow();
  private last = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private readonly underWay = new Set<Promise<void>>();

  private constructor(
    private readonly sender: Bus,
    private readonly queue: QueueSpec,
    private readonly perSecond: number,
  ) {}

  static async start(sender: Bus, receiver: Bus, queue: QueueSpec, perSecond = 5_000): Promise<Stream> {
    const stream = new Stream(sender, queue, perSecond);
    await receiver.consumeBatches(queue, (deliveries) => {
      for (const event of deliveries.flatMap(({ events }) => events)) stream.take(event);
      return Promise.resolve(deliveries.map(() => 'done' as const));
    });
    stream.timer = setInterval(() => stream.step(), stepMs);
    return stream;
  }

  /** Sends no more; resolves when all is confirmed. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
  }

  /** What was confirmed and has not been handled. */
  missing(): number[] {
    const seen = new Set(this.handled);
    return [...this.confirmed].filter((n) => !seen.has(n));
  }

  /** Handled again though it was handled less than a whole window before. */
  repeatedWithinWindow(window: number): number[] {
    const at = new Map<number, number>();
    return this.handled.filter((n, index) => {
      const before = at.get(n);
      at.set(n, index);
      return before !== undefined && index - before < window;
    });
  }

  /** First arrivals that came after a later number. */
  outOfOrder(): number[] {
    let highest = -1;
    const seen = new Set<number>();
    return this.handled.filter((n) => {
      const late = n < highest && !seen.has(n);
      seen.add(n);
      highest = Math.max(highest, n);
      return late;
    });
  }

  /** From now on gaps count anew. */
  resetGap(): void {
    this.last = performance.now();
    this.longestGapMs = 0;
  }

  private take(event: { id: string; source: string; data?: unknown }): void {
    this.longestGapMs = Math.max(this.longestGapMs, performance.now() - this.last);
    this.last = performance.now();
    if (this.window.has(event)) return void this.duplicates++;
    this.window.keep(event);
    this.handled.push((event.data as { n: number }).n);
  }

  private step(): void {
    for (let left = (this.perSecond * stepMs) / 1_000; left > 0 && this.underWay.size < mostUnderWay; left--) {
      const n = this.sent++;
      const sending = this.sender
        .publish(to(this.queue), { ...one(n), id: `m${n}` }, { durable: true })
        .then((outcome) => void (outcome === 'sent' ? this.confirmed.add(n) : this.failures.push(outcome)))
        .catch((error: unknown) => void this.failures.push(error))
        .finally(() => this.underWay.delete(sending));
      this.underWay.add(sending);
    }
  }
}
