import { ensureAuditPartitions } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';

const EVERY_MS = 6 * 3600 * 1000;

/** What must be done now and then for a mesh that runs for months. */
export class Upkeep {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly desk: Desk) {}

  start(): void {
    this.timer = setInterval(() => this.run(), EVERY_MS);
    this.timer.unref();
    this.run();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private run(): void {
    // Late partitions cost nothing but tidiness: entries without one are kept in the partition for the rest.
    ensureAuditPartitions(this.desk.database).catch((error: unknown) => {
      this.desk.logger.warn({ event: 'audit.partitions', err: error }, 'audit partitions not made; tried again later');
    });
  }
}
