import { workflowChanged, type WorkflowId } from '@baton/contracts';
import { outgoing, routes } from '@baton/bus';
import { type WorkflowRun } from '@baton/engine';
import { findStartableRuns, type NewTask, type Sql, takeRequests } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { type TaskDefaults } from '../intake/new-task';
import { type StartTermWorkflows, type TermWorkflows, type WorkflowTermEvents } from '../leadership/term-workflows';
import { type EndedTask } from '../results/ended-task';
import { GraphCache } from './graph-cache';
import { type Entered, Ledger } from './ledger';
import { RunShelf } from './run-shelf';
import { Submission } from './submission';
import { Turnstile } from './turnstile';
import { eventOfRequest, eventsOfTasks, requestKinds, type RunEvent } from './workflow-events';

/** Requests, or runs to be continued, in one transaction. */
const MAX_AT_ONCE = 200;

/** Gives every term of the brain its workflows. */
export function workflowsOf(defaults: TaskDefaults): StartTermWorkflows {
  const graphs = new GraphCache();
  return (desk, events) => new BrainWorkflows(desk, events, graphs, defaults);
}

/**
 * The workflows of one term: three verbs, one transaction. Load the runs, advance them in memory, save the decisions
 * with the tasks they submit and cancel. Runs stay in memory between transactions, so only one may be under way:
 * whoever writes goes through `alone`, and any failure empties the shelf.
 */
class BrainWorkflows implements TermWorkflows {
  private readonly turnstile = new Turnstile();
  private readonly shelf: RunShelf;
  /** Of the transaction under way. */
  private submission: Submission | undefined;
  private hasCaughtUp = false;
  private stopped = false;

  constructor(
    private readonly desk: Desk,
    private readonly events: WorkflowTermEvents,
    graphs: GraphCache,
    private readonly defaults: TaskDefaults,
  ) {
    this.shelf = new RunShelf(graphs);
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

  afterTasks(sql: Sql, ended: readonly EndedTask[]): Promise<{ afterCommit(): void }> {
    return this.advance(sql, eventsOfTasks(ended));
  }

  /** On the first call of a term also starts what an earlier brain has left for later. */
  async takeInbox(ids?: readonly WorkflowId[]): Promise<void> {
    if (!this.hasCaughtUp) await this.catchUp();
    for (let taken = MAX_AT_ONCE; taken === MAX_AT_ONCE && !this.stopped;) taken = await this.takeSome(ids ?? null);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.turnstile.pass(() => Promise.resolve());
  }

  private async catchUp(): Promise<void> {
    this.hasCaughtUp = true;
    await this.continueRuns(await findStartableRuns(this.desk.database));
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
      return (await takeRequests(sql, this.desk.epoch, which)).map(eventOfRequest);
    });
  }

  /** Returns how many events there were. */
  private transact(find: (sql: Sql) => Promise<RunEvent[]>): Promise<number> {
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
    const ledger = new Ledger(this.defaults, () => this.desk.database.now());
    const runs = await this.shelf.take(sql, new Set(events.map(({ workflowId }) => workflowId)), ledger);
    for (const { workflowId, event, actor } of events) {
      const run = runs.get(workflowId);
      if (run) await ledger.advance(run, event, actor);
    }
    for (const [workflowId, err] of ledger.broken) {
      this.desk.logger.error({ event: 'workflow.broken', workflowId, err }, 'a workflow cannot be advanced');
    }
    const entered = await ledger.save(sql, this.desk.epoch, (tasks) => this.submit(tasks));
    const kept = [...runs.values()].filter((run) => !ledger.broken.has(run.id));
    return { afterCommit: () => this.committed(entered, kept, [...ledger.broken.keys()]) };
  }

  private submit(tasks: readonly NewTask[]): Submission {
    this.submission = new Submission(tasks, this.events.giveAtOnce(tasks));
    return this.submission;
  }

  private committed({ canceled, moved }: Entered, runs: readonly WorkflowRun[], broken: readonly WorkflowId[]): void {
    this.shelf.drop(broken);
    this.shelf.settle(runs);
    const waiting = this.submission?.committed() ?? [];
    this.submission = undefined;
    if (waiting.length > 0) this.events.submitted(waiting);
    if (canceled.length > 0) this.events.canceled(canceled);
    for (const { run, to } of moved) {
      const news = outgoing(workflowChanged, { workflowId: run.id, state: to }, { subject: run.id });
      // News only: the database has the fact.
      void this.desk.bus.publish(routes.event(`workflow.${to}`), news).catch(() => undefined);
    }
    this.goOn(runs.filter((run) => run.state === 'running' && run.ready.length > 0));
  }

  /** What a transaction had no time for is started in the next. */
  private goOn(runs: readonly WorkflowRun[]): void {
    if (runs.length === 0) return;
    this.continueRuns(runs.map((run) => run.id)).catch((error: unknown) => this.events.failed(error));
  }
}
