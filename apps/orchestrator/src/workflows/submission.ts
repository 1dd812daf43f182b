import { insertAssignedTasks, insertTasks, type NewTask, type Sql } from '@baton/persistence';
import { type TasksWithAttempts } from '../dispatch/first-attempts';

/** The tasks that one transaction of workflows submits, with first attempts where they need not wait. */
export class Submission {
  private has: (id: string) => boolean = () => true;

  constructor(
    private readonly tasks: readonly NewTask[],
    private readonly given: TasksWithAttempts | undefined,
  ) {}

  async insert(sql: Sql): Promise<void> {
    if (this.tasks.length === 0) return;
    const { given, tasks } = this;
    const inserted = await (given
      ? insertAssignedTasks(sql, given.epoch, tasks, given.attempts)
      : insertTasks(sql, tasks));
    this.has = (id) => inserted.has(id);
  }

  /** Returns what waits; the others go out. */
  committed(): readonly NewTask[] {
    return this.given ? this.given.committed(this.has) : this.tasks;
  }

  rolledBack(): void {
    this.given?.dropped();
  }
}
