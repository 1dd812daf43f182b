import { type TaskId, type WorkflowId } from '@baton/contracts';
import { type WorkflowRun } from '@baton/engine';
import {
  loadTreeTotals,
  loadWorkflowRows,
  loadWorkflowStepRows,
  type Sql,
  type WorkflowRow,
  type WorkflowStepRow,
} from '@baton/persistence';
import { LRUCache } from 'lru-cache';
import { type GraphCache } from './graph-cache';
import { type Ledger } from './ledger';
import { missedEnds, missedEvent, runFromRows, type TotalsOf } from './stored-run';

/** Units kept in memory, over all runs. */
const MAX_UNITS = 100_000;

/** The runs of one term in memory. The database has them all: what is dropped here is loaded again. */
export class RunShelf {
  private readonly runs = new LRUCache<WorkflowId, WorkflowRun>({
    maxSize: MAX_UNITS,
    // What weighs more than all of the shelf would not be kept at all.
    sizeCalculation: (run) => Math.min(MAX_UNITS, run.byKey.size + 1),
  });

  constructor(private readonly graphs: GraphCache) {}

  /** The runs with these ids. Ends of tasks that a loaded run has missed are entered in the ledger at once. */
  async take(sql: Sql, ids: Iterable<WorkflowId>, ledger: Ledger): Promise<Map<WorkflowId, WorkflowRun>> {
    const taken = new Map<WorkflowId, WorkflowRun>();
    const missing: WorkflowId[] = [];
    for (const id of ids) {
      const run = this.runs.get(id);
      if (run) taken.set(id, run);
      else missing.push(id);
    }
    if (missing.length === 0) return taken;
    for (const run of await this.load(sql, missing, ledger)) taken.set(run.id, run);
    return taken;
  }

  /** After a commit: ended runs are let go, the others are kept and weighed again. */
  settle(runs: Iterable<WorkflowRun>): void {
    for (const run of runs) {
      this.runs.delete(run.id);
      if (run.finishedAt === null) this.runs.set(run.id, run);
    }
  }

  /** Runs that are over otherwise. */
  drop(ids: readonly WorkflowId[]): void {
    for (const id of ids) this.runs.delete(id);
  }

  /** After a failure nothing in memory can be trusted. */
  clear(): void {
    this.runs.clear();
  }

  private async load(sql: Sql, ids: readonly WorkflowId[], ledger: Ledger): Promise<WorkflowRun[]> {
    const heads = await loadWorkflowRows(sql, ids);
    const stepsOf = new Map<WorkflowId, WorkflowStepRow[]>(heads.map(({ id }) => [id, []]));
    for (const step of await loadWorkflowStepRows(sql, ids)) stepsOf.get(step.workflowId)?.push(step);
    const runs: WorkflowRun[] = [];
    for (const head of heads) {
      const rows = stepsOf.get(head.id) as WorkflowStepRow[];
      const run = this.restore(head, rows, ledger);
      if (!run) continue;
      const missed = missedEnds(run, rows);
      const totals = await totalsOf(
        sql,
        missed.map(({ taskId }) => taskId),
      );
      for (const row of missed) await ledger.advance(run, missedEvent(row, totals));
      runs.push(run);
    }
    return runs;
  }

  /** Undefined: its stored definition is not understood by this version. */
  private restore(head: WorkflowRow, rows: WorkflowStepRow[], ledger: Ledger): WorkflowRun | undefined {
    try {
      return runFromRows(this.graphs.of(head), head, rows);
    } catch (error) {
      ledger.abandon(head.id, error);
      return undefined;
    }
  }
}

/** What these tasks and all they spawned have cost. */
export async function totalsOf(sql: Sql, ids: readonly TaskId[]): Promise<TotalsOf> {
  const totals = ids.length === 0 ? new Map<string, never>() : await loadTreeTotals(sql, ids);
  return (taskId) => {
    const { cost = null, spawned = 0 } = totals.get(taskId) ?? {};
    return { cost, spawned };
  };
}
