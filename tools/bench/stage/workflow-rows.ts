import { setTimeout as pause } from 'node:timers/promises';
import { type WorkflowId } from '@baton/contracts';
import { type Database, statement } from '@baton/persistence';

/** Its end is taken from the row: looking seldom costs the run nothing. */
const LOOK_EVERY_MS = 100;
const FINISHED = statement(
  'bench-run-finished',
  `select state, error, extract(epoch from started_at)::float8 * 1000 as "startedAt",
          extract(epoch from finished_at)::float8 * 1000 as "finishedAt"
     from workflows where id = $1 and finished_at is not null`,
);
const RECEIPTS = statement(
  'bench-run-receipts',
  `select t.step_id as step, min(a.at) filter (where a.to_state = 'assigned') as "assignedAt",
          max(a.at) filter (where a.to_state = 'completed') as "completedAt",
          count(*) filter (where a.to_state = 'completed')::int as receipts
     from tasks t join audit a on a.subject = 'task' and a.subject_id = t.id
    where t.workflow_id = $1 group by t.id, t.step_id`,
);

export interface FinishedRun {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** A task of a run as the audit tells it. */
export interface Receipt {
  readonly step: string;
  readonly assignedAt: Date | null;
  readonly completedAt: Date | null;
  readonly receipts: number;
}

/** What the database knows of a run. */
export class WorkflowRows {
  constructor(private readonly database: Database) {}

  /** Throws when it ends other than completed, or does not end in time. */
  async completed(id: WorkflowId, timeoutMs: number): Promise<FinishedRun> {
    for (const limit = Date.now() + timeoutMs; Date.now() < limit; await pause(LOOK_EVERY_MS)) {
      const [row] = await this.database.run<FinishedRun & { state: string; error: string | null }>(FINISHED, [id]);
      if (row && row.state !== 'completed') throw new Error(`The workflow ${id} is ${row.state}: ${row.error}`);
      if (row) return row;
    }
    throw new Error(`The workflow ${id} has not ended after ${timeoutMs / 1000} s`);
  }

  receipts(id: WorkflowId): Promise<Receipt[]> {
    return this.database.run<Receipt & Record<string, unknown>>(RECEIPTS, [id]);
  }
}
