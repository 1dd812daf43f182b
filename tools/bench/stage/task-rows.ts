import { setTimeout as pause } from 'node:timers/promises';
import { type Database, statement } from '@baton/persistence';

const OPEN = statement(
  'bench-open',
  `select exists (select from tasks where state = 'queued')
       or exists (select from tasks where state in ('assigned', 'running')) as open`,
);
const ENDED = statement(
  'bench-ended',
  `select count(*)::int as count, count(*) filter (where state = 'completed')::int as completed,
          extract(epoch from max(finished_at))::float8 * 1000 as "lastAt"
     from tasks where id >= $1`,
);

export interface EndedTasks {
  readonly count: number;
  readonly completed: number;
  /** Milliseconds since the epoch of the last recorded result. */
  readonly lastAt: number;
}

/** Ids are made of the time (UUIDv7): the smallest one that can have been made at this time. */
export function smallestIdAt(milliseconds: number): string {
  const time = Math.floor(milliseconds).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

/** A monotonic clock and the one that ids are made by drift apart by a few milliseconds. */
const CLOCKS_APART_MS = 5;

/** What the database knows of the tasks that were submitted since a moment. */
export class TaskRows {
  constructor(private readonly database: Database) {}

  /** Resolves when no task is left that waits or is worked on. Looks at partial indexes only, seldom. */
  async untilNoneIsOpen(timeoutMs: number): Promise<void> {
    const limit = Date.now() + timeoutMs;
    while ((await this.database.run<{ open: boolean }>(OPEN))[0]?.open) {
      if (Date.now() > limit) throw new Error(`Tasks are still open after ${timeoutMs / 1000} s`);
      await pause(20);
    }
  }

  async since(milliseconds: number): Promise<EndedTasks> {
    const [row] = await this.database.run<EndedTasks & Record<string, unknown>>(ENDED, [
      smallestIdAt(milliseconds - CLOCKS_APART_MS),
    ]);
    if (!row) throw new Error('The database counted nothing');
    return row;
  }

  /** Throws unless exactly `count` tasks were submitted since then and all of them completed. */
  async allCompleted(count: number, since: number): Promise<EndedTasks> {
    const ended = await this.since(since);
    if (ended.count !== count || ended.completed !== count) {
      throw new Error(`${count} tasks were submitted; of ${ended.count} in the database ${ended.completed} completed`);
    }
    return ended;
  }
}
