import { type Logger } from '@baton/observability';
import { type Database, type DeadLetterLimits, pruneDeadLetters } from '@baton/persistence';
import { type DeadLetterMetrics } from './dead-letter-metrics';

export interface RetentionParts {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: DeadLetterMetrics;
  readonly limits: DeadLetterLimits;
}

const EVERY_MS = 60_000;
/** In a flood: after this part of what may stay has been added, or so many letters. */
const GROWTH = 1 / 20;
const LETTERS = 20_000;
const MEGABYTE = 1024 * 1024;

/** Keeps the letters within their limits: every minute, and sooner when many come. */
export class Retention {
  private timer: NodeJS.Timeout | undefined;
  private bytes = 0;
  private letters = 0;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly parts: RetentionParts) {}

  start(): void {
    this.timer = setInterval(() => this.run(), EVERY_MS);
    this.timer.unref();
    this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  grew(letters: number, bytes: number): void {
    this.letters += letters;
    this.bytes += bytes;
    const most = this.parts.limits.megabytes * MEGABYTE * GROWTH;
    if (this.letters >= LETTERS || this.bytes >= most) this.run();
  }

  private run(): void {
    this.letters = 0;
    this.bytes = 0;
    this.running ??= this.prune().finally(() => (this.running = undefined));
  }

  private async prune(): Promise<void> {
    const { database, limits, logger, metrics } = this.parts;
    try {
      for (let count = 1; count > 0 && !this.stopped; metrics.deleted('pruned', count)) {
        count = await database.transaction((sql) => pruneDeadLetters(sql, limits, database.now()));
      }
    } catch (error) {
      logger.warn({ event: 'dead-letters.prune', err: error }, 'dead letters were not pruned; tried again in a minute');
    }
  }
}
