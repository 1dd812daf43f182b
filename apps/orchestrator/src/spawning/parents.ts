import { type TaskId } from '@baton/contracts';
import { Batcher } from '@baton/flow';
import { type ReadyTask } from '@baton/engine';
import { cancelOrphans, type CanceledTask, wakeAllParents, wakeParents } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { readyFromRow } from '../dispatch/ready-task';

export interface ParentsEvents {
  /** Committed: their batches have ended, they are queued again. */
  ready(tasks: readonly ReadyTask[]): void;
  /** Committed: their parents had ended without them. */
  canceled(tasks: readonly CanceledTask[]): void;
  failed(error: unknown): void;
}

const ORPHANS_AT_ONCE = 1000;

/**
 * Tasks that wait for those they spawned: queued again as soon as the last of a batch has ended, however it ended. I4:
 * what nobody told of is found by `sweep`.
 */
export class Parents {
  private readonly batcher: Batcher<TaskId, undefined>;

  constructor(
    private readonly desk: Pick<Desk, 'database' | 'epoch'>,
    private readonly events: ParentsEvents,
  ) {
    this.batcher = new Batcher((ids) => this.wakeSome(ids));
  }

  /** The parents of tasks that have ended; null: it had none. Those that still wait for others go on waiting. */
  told(tasks: readonly { readonly parentId: TaskId | null }[]): void {
    if (tasks.every(({ parentId }) => parentId === null)) return;
    for (const id of new Set(tasks.map(({ parentId }) => parentId))) if (id !== null) this.wake(id);
  }

  wake(id: TaskId): void {
    this.batcher.add(id).catch((error: unknown) => this.events.failed(error));
  }

  /** Whatever waits for nothing any more, and whatever is under way for nobody. */
  async sweep(): Promise<void> {
    const { database, epoch } = this.desk;
    const orphans = await database.transaction((sql) => cancelOrphans(sql, epoch, ORPHANS_AT_ONCE));
    if (orphans.length > 0) this.events.canceled(orphans);
    const rows = await wakeAllParents(database, epoch);
    if (rows.length > 0) this.events.ready(rows.map(readyFromRow));
  }

  idle(): Promise<void> {
    return this.batcher.idle();
  }

  private async wakeSome(ids: readonly TaskId[]): Promise<undefined[]> {
    const rows = await wakeParents(this.desk.database, this.desk.epoch, [...new Set(ids)]);
    if (rows.length > 0) this.events.ready(rows.map(readyFromRow));
    return ids.map(() => undefined);
  }
}
