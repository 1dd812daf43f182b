import { NotFoundError } from '@baton/contracts';
import { Batcher } from '@baton/flow';
import { type Database, getTaskRows, toTaskJson, type TaskRow } from '@baton/persistence';

/** Reads single tasks; requests that come together share one statement. */
export class TaskReader {
  private readonly batcher: Batcher<string, TaskRow | undefined>;

  constructor(database: Database) {
    this.batcher = new Batcher((ids) => getTaskRows(database, ids), 200);
  }

  /** Throws NotFoundError. */
  async row(id: string): Promise<TaskRow> {
    const row = await this.batcher.add(id);
    if (!row) throw new NotFoundError('TASK_NOT_FOUND', `Task ${id}`);
    return row;
  }

  /** The task as JSON text. Throws NotFoundError. */
  async json(id: string): Promise<string> {
    return toTaskJson(await this.row(id));
  }
}
