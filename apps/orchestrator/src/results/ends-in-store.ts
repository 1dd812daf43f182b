import { loadTreeTotals, type NewTask, recordAttempts, type Sql, type TreeTotals } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { type Held } from '../dispatch/held-attempts';
import { recordSpawned } from '../spawning/record-spawned';
import { type Decided, endedTask } from './attempt-decision';
import { type AttemptReport } from './attempt-report';
import { type EndedTask, type ReturnedTask, type TaskNews, type WorkflowPort } from './ended-task';

/** An attempt that is the current one of its task, and what its end means. */
export interface Current {
  readonly held: Held;
  readonly decided: Decided;
}

/** What was found out and stored about ends of attempts. */
export interface Saved {
  /** Tasks whose attempt was over by then: nothing was stored about them. */
  readonly stale: ReadonlySet<string>;
  readonly ended: ReadonlyMap<Current, EndedTask>;
  readonly spawned: ReadonlyMap<AttemptReport, readonly NewTask[]>;
}

type Stored = Saved & { afterCommit(): void };

/** A step's end that others of its transaction were decided by was stale: nothing of it is committed. */
class StaleEnd extends Error {}

const NOTHING_SPAWNED: Saved['spawned'] = new Map();

/** Stores ends of attempts together with what follows from them, all or nothing. */
export class EndsInStore {
  constructor(
    private readonly desk: Desk,
    private readonly workflows: WorkflowPort,
  ) {}

  /** One statement, unless workflows go on from it or tasks are spawned: then a transaction. */
  async save(current: readonly Current[]): Promise<Saved> {
    if (current.length === 0) return { stale: new Set(), ended: new Map(), spawned: NOTHING_SPAWNED };
    if (!current.some(hasConsequences)) {
      const stale = await this.record(this.desk.database, current);
      return { stale, ended: this.endsOf(current), spawned: NOTHING_SPAWNED };
    }
    if (current.some(isOfSpawner)) return this.transact((sql) => this.inTurn(sql, current));
    try {
      return await this.transact((sql) => this.atOnce(sql, current));
    } catch (error) {
      if (!(error instanceof StaleEnd)) throw error;
      return this.transact((sql) => this.inTurn(sql, current));
    }
  }

  private transact(store: (sql: Sql) => Promise<Stored>): Promise<Saved> {
    return this.workflows.alone(async () => {
      const stored = await this.desk.database.transaction(store);
      stored.afterCommit();
      return stored;
    });
  }

  /**
   * The workflows are advanced while the ends are being recorded, as if none were stale, and all travels together: most
   * of the time between two steps is spent here. Hardly ever one is; then the transaction is given up.
   */
  private async atOnce(sql: Sql, current: readonly Current[]): Promise<Stored> {
    const recording = this.record(sql, current);
    // Whatever happens, its own failure is the one to tell, and nothing is sent after the rollback.
    recording.catch(() => undefined);
    const ended = this.endsOf(current);
    try {
      const afterCommit = await this.advance(sql, { ended: [...ended.values()], returned: returnedOf(current) });
      const stale = await recording;
      if (stale.size > 0) throw new StaleEnd();
      return { stale, ended, spawned: NOTHING_SPAWNED, afterCommit };
    } catch (error) {
      await recording;
      throw error;
    }
  }

  private async inTurn(sql: Sql, current: readonly Current[]): Promise<Stored> {
    const stale = await this.record(sql, current);
    const recorded = current.filter(({ held }) => !stale.has(held.row.id));
    const reports = recorded.map(({ decided }) => decided.report);
    const spawned = await recordSpawned(sql, this.desk.epoch, reports);
    const ended = this.endsOf(recorded, await totalsOf(sql, recorded));
    const afterCommit = await this.advance(sql, { ended: [...ended.values()], returned: returnedOf(recorded) });
    return { stale, ended, spawned, afterCommit };
  }

  private record(sql: Sql, current: readonly Current[]): Promise<ReadonlySet<string>> {
    return recordAttempts(
      sql,
      this.desk.epoch,
      current.map(({ decided }) => decided.record),
    );
  }

  private endsOf(current: readonly Current[], totals?: ReadonlyMap<string, TreeTotals>): Map<Current, EndedTask> {
    const { pool } = this.desk.scheduler;
    const ends = new Map<Current, EndedTask>();
    for (const one of current) {
      const { id, agentId } = one.held.row;
      const facts = { agentName: pool.get(agentId)?.agent.name, totals: totals?.get(id) };
      const ended = endedTask(one.held.row, one.decided, facts);
      if (ended) ends.set(one, ended);
    }
    return ends;
  }

  private async advance(sql: Sql, { ended, returned }: TaskNews): Promise<() => void> {
    const ofSteps = ended.filter((task) => task.stepId !== null);
    if (ofSteps.length + returned.length === 0) return () => undefined;
    const advanced = await this.workflows.afterTasks(sql, { ended: ofSteps, returned });
    return () => advanced.afterCommit();
  }
}

/** What becomes of steps, batches of spawned tasks, and ends of tasks that have spawned. */
function hasConsequences(one: Current): boolean {
  return isOfSpawner(one) || one.held.row.stepId !== null;
}

function returnedOf(current: readonly Current[]): ReturnedTask[] {
  return current.flatMap(({ held: { row }, decided }) => {
    const { id: taskId, workflowId, stepId } = row;
    return isEnd(decided) || workflowId === null || stepId === null ? [] : { taskId, workflowId, stepId };
  });
}

/** What it spawned has to be stored, or to be counted, before anything follows. */
function isOfSpawner({ held, decided: { after } }: Current): boolean {
  return after.to === 'waiting' || (after.to !== 'queued' && held.row.batches !== null);
}

async function totalsOf(sql: Sql, recorded: readonly Current[]): Promise<ReadonlyMap<string, TreeTotals>> {
  const ids = recorded.flatMap(({ held, decided }) =>
    held.row.batches !== null && isEnd(decided) ? [held.row.id as string] : [],
  );
  return ids.length === 0 ? new Map() : loadTreeTotals(sql, ids);
}

function isEnd({ after }: Decided): boolean {
  return after.to !== 'queued' && after.to !== 'waiting';
}
