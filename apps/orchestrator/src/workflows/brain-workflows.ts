import { workflowChanged, type WorkflowId, workflowTold } from '@baton/contracts';
import { outgoing, routes } from '@baton/bus';
import { mustGoOn, type WorkflowRun } from '@baton/engine';
import { findStartableRuns, type NewTask, type Sql, takeRequests } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { type Following } from '../dispatch/following';
import { type TaskDefaults } from '../intake/new-task';
import { type StartTermWorkflows, type TermWorkflows, type WorkflowTermEvents } from '../leadership/term-workflows';
import { type TaskNews } from '../results/ended-task';
import { Estimator } from '../progress/estimator';
import { ProgressDesk } from '../progress/progress-desk';
import { RunHistory } from '../progress/run-history';
import { publishSteps } from '../progress/step-news';
import { type BidCalls, type StartBidCalls } from './bid-calls';
import { GraphCache } from './graph-cache';
import { type Entered, Ledger } from './ledger';
import { type AwaitedTask, type RunNews } from './orders';
import { RunShelf, totalsOf } from './run-shelf';
import { RunTimers } from './run-timers';
import { Submission } from './submission';
import { Turnstile } from './turnstile';
import { endedIn, eventOfRequest, eventsOfTasks, requestKinds, type RunEvent } from './workflow-events';

/** Requests, or runs to be continued, in one transaction. */
const MAX_AT_ONCE = 200;

/** How often the progress of a run is told at most, unless said otherwise. */
const PROGRESS_INTERVAL_MS = 1000;

/** Gives every term of the brain its workflows. `startBidCalls`: how agents are asked to bid. */
export function workflowsOf(
  defaults: TaskDefaults,
  startBidCalls: StartBidCalls,
  progressIntervalMs = PROGRESS_INTERVAL_MS,
): StartTermWorkflows {
  const graphs = new GraphCache();
  return (desk, events) => new BrainWorkflows(desk, events, { graphs, defaults, startBidCalls, progressIntervalMs });
}

interface Parts {
  readonly graphs: GraphCache;
  readonly defaults: TaskDefaults;
  readonly startBidCalls: StartBidCalls;
  readonly progressIntervalMs: number;
}

/**
 * The workflows of one term: three verbs, one transaction. Load the runs, advance them in memory, save the decisions
 * with the tasks they submit and cancel. Runs stay in memory between transactions, so only one may be under way:
 * whoever writes goes through `alone`, and any failure empties the shelf.
 */
class BrainWorkflows implements TermWorkflows {
  private readonly turnstile = new Turnstile();
  private readonly shelf: RunShelf;
  private readonly timers: RunTimers;
  private readonly bidCalls: BidCalls;
  private readonly progress: ProgressDesk;
  /** Of the transaction under way. */
  private submission: Submission | undefined;
  private hasCaughtUp = false;
  private stopped = false;

  constructor(
    private readonly desk: Desk,
    private readonly events: WorkflowTermEvents,
    private readonly parts: Parts,
  ) {
    this.shelf = new RunShelf(parts.graphs);
    this.timers = new RunTimers(desk, {
      due: (ids) => this.continueRuns(ids),
      failed: (error) => events.failed(error),
    });
    this.progress = new ProgressDesk({
      desk,
      intervalMs: parts.progressIntervalMs,
      alone: (look) => this.turnstile.pass(look),
      estimator: new Estimator(desk, new RunHistory(desk.database)),
    });
    this.bidCalls = parts.startBidCalls(desk, (happened) => this.receive(happened));
  }

  alone<Result>(transaction: () => Promise<Result>): Promise<Result> {
    return this.turnstile.pass(async () => {
      try {
        return await transaction();
      } catch (error) {
        this.shelf.clear();
        this.submission?.rolledBack();
        this.submission = undefined;
        throw error;
      }
    });
  }

  afterTasks(sql: Sql, news: TaskNews): Promise<{ afterCommit(): void }> {
    return this.advance(sql, eventsOfTasks(news));
  }

  async receive(happened: readonly RunEvent[]): Promise<void> {
    if (this.stopped) return;
    try {
      await this.transact(() => Promise.resolve(happened));
    } catch (error) {
      this.events.failed(error);
      throw error;
    }
  }

  /** On the first call of a term also starts what an earlier brain has left for later, and the timers. */
  async takeInbox(ids?: readonly WorkflowId[]): Promise<void> {
    if (!this.hasCaughtUp) await this.catchUp();
    for (let taken = MAX_AT_ONCE; taken === MAX_AT_ONCE && !this.stopped;) taken = await this.takeSome(ids ?? null);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([this.timers.stop(), this.bidCalls.stop(), this.progress.stop()]);
    await this.turnstile.pass(() => Promise.resolve());
  }

  private async catchUp(): Promise<void> {
    this.hasCaughtUp = true;
    await this.continueRuns(await findStartableRuns(this.desk.database));
    this.timers.expectIn(0);
  }

  private async continueRuns(ids: readonly WorkflowId[]): Promise<void> {
    for (let first = 0; first < ids.length && !this.stopped; first += MAX_AT_ONCE) {
      const some = ids.slice(first, first + MAX_AT_ONCE);
      await this.transact(() =>
        Promise.resolve(some.map((workflowId) => ({ workflowId, event: { kind: 'continue' } }))),
      );
    }
  }

  private takeSome(ids: readonly WorkflowId[] | null): Promise<number> {
    return this.transact(async (sql) => {
      const which = { ids, kinds: requestKinds, limit: MAX_AT_ONCE };
      const requests = await takeRequests(sql, this.desk.epoch, which);
      const totals = await totalsOf(sql, endedIn(requests));
      return requests.map((request) => eventOfRequest(request, totals));
    });
  }

  /** Returns how many events there were. */
  private transact(find: (sql: Sql) => Promise<readonly RunEvent[]>): Promise<number> {
    return this.alone(async () => {
      let afterCommit = (): void => undefined;
      const count = await this.desk.database.transaction(async (sql) => {
        const found = await find(sql);
        const advanced = await this.advance(sql, found);
        afterCommit = () => advanced.afterCommit();
        return found.length;
      });
      afterCommit();
      return count;
    });
  }

  private async advance(sql: Sql, events: readonly RunEvent[]): Promise<{ afterCommit(): void }> {
    const ledger = new Ledger(this.parts.defaults, {
      now: () => this.desk.database.now(),
      mayFollow: (taskId) => this.events.mayFollow(taskId),
    });
    const runs = await this.shelf.take(sql, new Set(events.map(({ workflowId }) => workflowId)), ledger);
    for (const { workflowId, event, actor } of events) {
      const run = runs.get(workflowId);
      if (run) await ledger.advance(run, event, actor);
    }
    for (const [workflowId, err] of ledger.broken) {
      this.desk.logger.error({ event: 'workflow.broken', workflowId, err }, 'a workflow cannot be advanced');
    }
    const entered = await ledger.save(sql, this.desk.epoch, (tasks, following) => this.submit(tasks, following));
    const kept = [...runs.values()].filter((run) => !ledger.broken.has(run.id));
    return { afterCommit: () => this.committed(entered, kept, [...ledger.broken.keys()]) };
  }

  private submit(tasks: readonly NewTask[], following: Following): Submission {
    this.submission = new Submission(tasks, this.events.giveAtOnce(tasks, following));
    return this.submission;
  }

  private committed(entered: Entered, runs: readonly WorkflowRun[], broken: readonly WorkflowId[]): void {
    this.shelf.drop(broken);
    this.shelf.settle(runs);
    const waiting = this.submission?.committed() ?? [];
    this.submission = undefined;
    if (waiting.length > 0) this.events.submitted(waiting);
    if (entered.canceled.length > 0) this.events.canceled(entered.canceled);
    this.tellAssigned(entered.awaited);
    this.tell(entered);
    publishSteps(this.desk.bus, entered.changed);
    this.progress.changed(entered.changed.map(({ run }) => run));
    for (const call of entered.calls) this.bidCalls.call(call);
    for (const run of runs) this.timers.expect(run.wakeAt);
    this.goOn(runs.filter(mustGoOn));
  }

  /** What others are to follow, as far as it went to an agent at once. */
  private tellAssigned(awaited: readonly AwaitedTask[]): void {
    const assigned = awaited.filter(({ taskId }) => this.events.mayFollow(taskId));
    if (assigned.length === 0) return;
    const happened = assigned.map(({ workflowId, key, taskId }) => ({
      workflowId,
      event: { kind: 'task-assigned' as const, key, taskId },
    }));
    // A failure ends the term: see `receive`.
    this.receive(happened).catch(() => undefined);
  }

  /** News only: the database has the facts. */
  private tell({ moved, news }: Entered): void {
    for (const { run, to } of moved) {
      const changed = outgoing(workflowChanged, { workflowId: run.id, state: to }, { subject: run.id });
      void this.desk.bus.publish(routes.event(`workflow.${to}`), changed).catch(() => undefined);
    }
    for (const { workflowId, key: step, channel, data } of news satisfies readonly RunNews[]) {
      const told = outgoing(workflowTold, { workflowId, step, data }, { subject: workflowId });
      void this.desk.bus.publish(routes.channel(channel), told).catch(() => undefined);
    }
  }

  /** What a transaction had no time for is started in the next. */
  private goOn(runs: readonly WorkflowRun[]): void {
    if (runs.length === 0) return;
    this.continueRuns(runs.map((run) => run.id)).catch((error: unknown) => this.events.failed(error));
  }
}
