import { type Address } from '@baton/contracts';
import { type Sender } from '@baton/bus';
import { eventually } from '@baton/testing';
import { one } from '../../../libs/bus/test/bus-fixture';

const EVERY_MS = 10;

/** Durable messages to one recipient at a steady rate, numbered from 0, each confirmed by the broker or told as failed. */
export class SteadyMessages {
  confirmed = 0;
  sent = 0;
  readonly failures: unknown[] = [];
  private lastConfirmAt = performance.now();
  private longestGap = 0;
  private due = 0;
  private readonly open = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly sender: Sender,
    private readonly to: Address,
    private readonly perSecond: number,
  ) {
    const since = performance.now();
    this.timer = setInterval(() => this.sendDue(((performance.now() - since) * this.perSecond) / 1000), EVERY_MS);
    this.timer.unref();
  }

  static start(sender: Sender, to: Address, perSecond: number): SteadyMessages {
    return new SteadyMessages(sender, to, perSecond);
  }

  /** Resolves when `more` have been confirmed from now on. */
  async flows(more: number, timeoutMs = 30_000): Promise<void> {
    const from = this.confirmed;
    await eventually(() => this.confirmed >= from + more, { timeoutMs, everyMs: 5 });
  }

  /** The longest time without a confirm since this was last asked. */
  takeLongestGap(): number {
    const gap = Math.round(this.longestGap);
    this.longestGap = 0;
    return gap;
  }

  /** Ends it; resolves when everything sent has been confirmed or has failed. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.open);
  }

  private sendDue(due: number): void {
    this.due = Math.floor(due);
    while (this.sent < this.due) {
      const sending = this.send(this.sent++).finally(() => this.open.delete(sending));
      this.open.add(sending);
    }
  }

  private async send(n: number): Promise<void> {
    try {
      await this.sender.send(this.to, one(n), { durable: true });
      const now = performance.now();
      this.longestGap = Math.max(this.longestGap, now - this.lastConfirmAt);
      this.lastConfirmAt = now;
      this.confirmed++;
    } catch (error) {
      this.failures.push(error);
    }
  }
}
