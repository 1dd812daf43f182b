import { analyzeTasks, ensureAuditPartitions } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';

const EVERY_MS = 6 * 3600 * 1000;
/** Tasks of a term after which the database looks at the table, sooner than it would by itself. */
const LOOK_AFTER = [1000, 10_000, 100_000];

/** What must be done now and then for a mesh that runs for months. */
export class Upkeep {
  private timer: NodeJS.Timeout | undefined;
  private tasks = 0;
  private looks = 0;

  constructor(private readonly desk: Desk) {}

  start(): void {
    this.timer = setInterval(() => this.run(), EVERY_MS);
    this.timer.unref();
    this.run();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** So many tasks were stored or moved. Plans made on a young table must not outlive its youth. */
  grew(tasks: number): void {
    this.tasks += tasks;
    if (this.tasks < (LOOK_AFTER[this.looks] ?? Infinity)) return;
    this.looks += 1;
    analyzeTasks(this.desk.database).catch((error: unknown) => {
      this.desk.logger.warn({ event: 'tasks.analyze', err: error }, 'the table of tasks was not analyzed');
    });
  }

  private run(): void {
    // Late partitions cost nothing but tidiness: entries without one are kept in the partition for the rest.
    ensureAuditPartitions(this.desk.database).catch((error: unknown) => {
      this.desk.logger.warn({ event: 'audit.partitions', err: error }, 'audit partitions not made; tried again later');
    });
  }
}
