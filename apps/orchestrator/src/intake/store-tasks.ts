import { LeaseLostError } from '@baton/contracts';
import {
  insertAssignedTasks,
  type InsertedTasks,
  insertTasks,
  isRefusal,
  type NewTask,
  type Sql,
} from '@baton/persistence';
import { type TasksWithAttempts } from '../dispatch/first-attempts';

/** What of a submission was stored, and what of that waits for the brain. */
export interface StoredTasks {
  readonly inserted: InsertedTasks;
  /** The others are on their way to their agents. */
  readonly waiting: readonly NewTask[];
}

/**
 * Stores tasks in a statement of their own, with first attempts where the brain of this process gave some. A brain that
 * is no longer one loses nothing: then they wait for the next.
 */
export async function storeTasks(
  sql: Sql,
  tasks: readonly NewTask[],
  given: TasksWithAttempts | undefined,
): Promise<StoredTasks> {
  if (!given) {
    const inserted = await insertTasks(sql, tasks);
    return { inserted, waiting: tasks.filter((task) => inserted.has(task.id)) };
  }
  try {
    const inserted = await insertAssignedTasks(sql, given.epoch, tasks, given.attempts);
    return { inserted, waiting: given.committed((id) => inserted.has(id)) };
  } catch (error) {
    const over = error instanceof LeaseLostError;
    if (over || isRefusal(error)) given.dropped();
    else given.doubted(error);
    if (over) return storeTasks(sql, tasks, undefined);
    throw error;
  }
}
