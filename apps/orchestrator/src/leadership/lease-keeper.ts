import { randomUUID } from 'node:crypto';
import { type Logger } from '@baton/observability';
import { type Database, giveUpBrainLease, renewBrainLease, takeBrainLease } from '@baton/persistence';

export interface LeaseEvents {
  /** This process holds the lease from now on, under this epoch. */
  taken(epoch: number): void;
  /** The lease is over; resolves when nothing of the term runs any more. */
  lost(epoch: number, reason: string): Promise<void>;
  /** Whether this process could work: one that is cut off from the broker holds the office for nothing. */
  isFit(): boolean;
}
export interface LeaseTimes {
  /** How long a lease lasts without renewal, by the database's clock. */
  readonly ttlMs: number;
  readonly renewEveryMs: number;
  readonly tryEveryMs: number;
  /** A brain that could not work for so long leaves the office to one that can. */
  readonly unfitForMs: number;
}
const leaseTimes: LeaseTimes = { ttlMs: 2000, renewEveryMs: 500, tryEveryMs: 150, unfitForMs: 5000 };

/**
 * Wants the brain's lease, keeps it while it can, wants it again when it is lost. Safety does not rest on this: the
 * database refuses the writes of an old epoch (I3). This only sees to it that somebody works.
 */
export class LeaseKeeper {
  readonly holder = randomUUID();
  private epoch: number | undefined;
  private renewedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private stopped = false;
  private resigning: string | undefined;
  private failing = false;
  private fitAt = performance.now();

  constructor(
    private readonly database: Database,
    private readonly events: LeaseEvents,
    private readonly logger: Logger,
    private readonly times: LeaseTimes = leaseTimes,
  ) {}

  start(): void {
    this.schedule(0);
  }

  /** Ends the term in office, for instance because its memory can no longer be trusted; another one may begin. */
  resign(reason: string): void {
    this.resigning ??= reason;
    this.schedule(0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.turn;
    if (this.epoch !== undefined) await this.end('stopping');
  }

  private schedule(inMs: number): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.turn = this.turn.then(() => this.step()).catch((error: unknown) => this.stumble(error));
    }, inMs);
  }

  /** A term that could not end cleanly must not keep this process from ever taking the lease again. */
  private stumble(error: unknown): void {
    this.logger.error({ event: 'lease.stumbled', err: error }, 'a term did not end cleanly');
    this.schedule(this.times.tryEveryMs);
  }

  private async step(): Promise<void> {
    if (this.stopped) return;
    if (this.events.isFit()) this.fitAt = performance.now();
    else if (this.epoch !== undefined && this.unfitMs() > this.times.unfitForMs)
      this.resigning ??= 'cut off from the broker';
    if (this.epoch === undefined) await this.tryTake();
    else if (this.resigning !== undefined) await this.end(this.resigning);
    else await this.renew(this.epoch);
    this.schedule(this.epoch === undefined ? this.times.tryEveryMs : this.times.renewEveryMs);
  }

  private unfitMs(): number {
    return performance.now() - this.fitAt;
  }

  private async tryTake(): Promise<void> {
    if (!this.events.isFit()) return;
    try {
      const askedAt = performance.now();
      const epoch = await takeBrainLease(this.database, this.holder, this.times.ttlMs);
      this.failing = false;
      if (epoch === undefined) return;
      [this.epoch, this.renewedAt, this.resigning] = [epoch, askedAt, undefined];
      this.logger.info({ event: 'lease.taken', epoch }, 'lease taken');
      this.events.taken(epoch);
    } catch (error) {
      // Asked four times a second: one line per outage is enough.
      if (!this.failing) this.logger.warn({ event: 'lease.failed', err: error }, 'lease not taken; trying on');
      this.failing = true;
    }
  }

  private async renew(epoch: number): Promise<void> {
    try {
      const askedAt = performance.now();
      if (await renewBrainLease(this.database, this.holder, epoch, this.times.ttlMs)) this.renewedAt = askedAt;
      else await this.end('another orchestrator has the lease');
    } catch (error) {
      this.logger.warn({ event: 'lease.renewal-failed', epoch, err: error }, 'lease not renewed');
      if (performance.now() - this.renewedAt > this.times.ttlMs) await this.end('the lease ran out');
    }
  }

  private async end(reason: string): Promise<void> {
    const epoch = this.epoch as number;
    [this.epoch, this.resigning] = [undefined, undefined];
    this.logger.info({ event: 'lease.lost', epoch, reason }, 'lease over');
    await this.events.lost(epoch, reason);
    try {
      await giveUpBrainLease(this.database, this.holder, epoch);
    } catch (error) {
      this.logger.debug({ event: 'lease.kept', epoch, err: error }, 'lease not given up: it runs out by itself');
    }
  }
}
