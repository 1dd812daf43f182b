import { MeshError, type TaskProgress } from '@baton/contracts';
import { Batcher } from '@baton/flow';
import { type AfterAttempt, RetryBudgets } from '@baton/engine';
import { auditStaleResults, type NewTask } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { type Held } from '../dispatch/held-attempts';
import { decideAttempt } from './attempt-decision';
import { SpawnJudge } from '../spawning/spawn-judge';
import { type AttemptReport } from './attempt-report';
import { type EndedTask, type WorkflowPort } from './ended-task';
import { type Current, EndsInStore } from './ends-in-store';
import { recordProgress } from './progress';

export interface Recorded {
  readonly held: Held;
  readonly report: AttemptReport;
  readonly after: AfterAttempt;
  readonly ended: EndedTask | undefined;
  /** What it waits for from now on, as far as it is new; undefined: it does not wait. */
  readonly spawned: readonly NewTask[] | undefined;
}
export interface RecorderEvents {
  /** Committed; in order. */
  recorded(recorded: readonly Recorded[]): void;
  /** Nothing can be said about what was under way: the term must end and start from the database again. */
  failed(error: unknown): void;
}

/** What came together is recorded together. */
interface News {
  readonly ends: readonly AttemptReport[];
  readonly progress: readonly TaskProgress[];
}
/** Ends and reports of progress in one transaction, unless more came in one message. */
const MAX_BATCH = 1000;

/**
 * Records what becomes of attempts, whoever reports it, one batch after the other so that progress never overtakes an
 * end. One transaction per batch: tasks, audit, and the next steps of their workflows. I3: what is not the current
 * attempt changes nothing and is audited as stale.
 */
export class Recorder {
  private readonly batcher: Batcher<News, undefined>;
  private readonly budget = new RetryBudgets();
  private readonly spawns: SpawnJudge;
  private readonly ends: EndsInStore;

  constructor(
    private readonly desk: Desk,
    workflows: WorkflowPort,
    private readonly events: RecorderEvents,
  ) {
    this.spawns = new SpawnJudge(desk);
    this.ends = new EndsInStore(desk, workflows);
    this.batcher = new Batcher((items) => this.flush(items), MAX_BATCH, weightOf);
  }

  /** Resolves after the commit; throws when it failed: then the report belongs to the next term. */
  async record(ends: readonly AttemptReport[], progress: readonly TaskProgress[] = []): Promise<void> {
    await this.batcher.add({ ends, progress });
  }

  async idle(): Promise<void> {
    await this.batcher.idle();
  }

  private async flush(items: readonly News[]): Promise<undefined[]> {
    try {
      await recordProgress(
        this.desk,
        items.flatMap((item) => item.progress),
      );
      await this.recordAll(items.flatMap((item) => item.ends));
    } catch (error) {
      this.events.failed(error);
      throw error;
    }
    return items.map(() => undefined);
  }

  /** What the database refuses for good must not hold up the others, nor bring down one brain after the other. */
  private async recordAll(reports: readonly AttemptReport[]): Promise<void> {
    try {
      await this.recordEnds(reports);
    } catch (error) {
      if (error instanceof MeshError) throw error;
      for (const report of reports) await this.recordAlone(report);
    }
  }

  private async recordAlone(report: AttemptReport): Promise<void> {
    try {
      await this.recordEnds([report]);
    } catch (error) {
      if (error instanceof MeshError) throw error;
      const { taskId, agentId } = report;
      this.desk.logger.error({ event: 'results.refused', taskId, agentId, err: error }, 'a result cannot be recorded');
      const message = `The result could not be stored: ${(error as Error).message}`;
      const end = { kind: 'failed', error: { code: 'RESULT_UNRECORDABLE', message, retryable: false } } as const;
      await this.recordEnds([{ ...report, end, output: null, phases: null, spawn: null }]);
    }
  }

  private async recordEnds(told: readonly AttemptReport[]): Promise<void> {
    if (told.length === 0) return;
    const reports = await this.spawns.judge(told);
    const current = this.decide(reports);
    const { stale, ended, spawned } = await this.ends.save(current);
    const recorded = current.filter(({ held }) => !stale.has(held.row.id));
    for (const { held, decided } of recorded) if (decided.after.to === 'completed') this.desk.held.completed(held);
    for (const { held } of current) this.desk.held.forget(held.row.id, held.row.token);
    this.events.recorded(
      recorded.map((one) => ({
        held: one.held,
        report: one.decided.report,
        after: one.decided.after,
        ended: ended.get(one),
        spawned: spawned.get(one.decided.report),
      })),
    );
    await this.auditStale(reports, new Set(recorded.map(({ decided }) => decided.report)));
  }

  /** The reports that are about a current attempt, the first of each. */
  private decide(reports: readonly AttemptReport[]): Current[] {
    const now = this.desk.database.now();
    const current = new Map<string, Current>();
    for (const report of reports) {
      const held = this.desk.held.current(report.taskId, report.token);
      if (!held || current.has(report.taskId)) continue;
      const given = { now, random: Math.random(), budget: this.budget, turnAt: turnOf(held, now) };
      const decided = decideAttempt(held.row, held.state, report, given);
      if (decided.after.to === 'completed' && held.row.attempt === 1) this.budget.succeeded(held.row.capability);
      current.set(report.taskId, { held, decided });
    }
    return [...current.values()];
  }

  private async auditStale(reports: readonly AttemptReport[], recorded: ReadonlySet<AttemptReport>): Promise<void> {
    // An agent's answer to a cancellation is expected, and what the brain itself found out needs no trace.
    const stale = reports.filter(
      (report) => !recorded.has(report) && report.end.kind !== 'canceled' && report.actor !== 'orchestrator',
    );
    if (stale.length === 0) return;
    const reason = 'the attempt is not current: it ended, was canceled or was given to another agent';
    await auditStaleResults(
      this.desk.database,
      stale.map((report) => ({ ...report, reason })),
    );
  }
}

/** By the database's clock. */
function turnOf({ hasTurn, sentAt }: Held, now: Date): Date | null {
  return hasTurn ? new Date(now.getTime() - (performance.now() - sentAt)) : null;
}

function weightOf({ ends, progress }: News): number {
  return ends.length + progress.length;
}
