import { type WorkflowId } from '@baton/contracts';
import { type WorkflowRun } from '@baton/engine';
import {
  loadWorkflowRows,
  loadWorkflowStepRows,
  type Sql,
  type WorkflowRow,
  type WorkflowStepRow,
} from '@baton/persistence';
import { LRUCache } from 'lru-cache';
import { type GraphCache } from './graph-cache';
import { type Ledger } from './ledger';
import { missedEnds, runFromRows } from './stored-run';

/** Steps and elements kept in memory, over all runs. */
const MAX_STEPS = 100_000;

/** The runs of one term in memory. The database has them all: what is dropped here is loaded again. */
export class RunShelf {
  private readonly runs = new LRUCache<WorkflowId, WorkflowRun>({
    maxSize: MAX_STEPS,
    // What weighs more than all of the shelf would not be kept at all.
    sizeCalculation: (run) =>
      Math.min(
        MAX_STEPS,
        Object.values(run.counts).reduce((sum, count) => sum + count, 1),
      ),
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
      for (const event of missedEnds(run, rows)) await ledger.advance(run, event);
      runs.push(run);
    }
    return runs;
  }

  /** Undefined: its stored definition is not understood by this version. */
  private restore(head: WorkflowRow, rows: WorkflowStepRow[], ledger: Ledger): WorkflowRun | undefined {
    try {
      return runFromRows(this.graphs.of(head.id, head.definition), head, rows);
    } catch (error) {
      ledger.abandon(head.id, error);
      return undefined;
    }
  }
}
