import {
  type AgentHeartbeat,
  type AgentPresence,
  type BrainHint,
  type TaskId,
  type TaskProgress,
  type WorkflowId,
} from '@baton/contracts';
import { type Subscription } from '@baton/bus';
import { type ReadyTask } from '@baton/engine';
import { type CanceledTask, type ExpiredTask, type NewTask, type RejectedTask } from '@baton/persistence';
import { Abandoned } from '../dispatch/abandoned';
import { AttemptDeadlines } from '../dispatch/attempt-deadlines';
import { Backlog } from '../dispatch/backlog';
import { type Desk } from '../dispatch/desk';
import { Dispatcher } from '../dispatch/dispatcher';
import { DueTasks } from '../dispatch/due-tasks';
import { type TasksWithAttempts } from '../dispatch/first-attempts';
import { type Held } from '../dispatch/held-attempts';
import { Liveness } from '../dispatch/liveness';
import { noteLasting, notePace } from '../dispatch/pace';
import { readyFromRow } from '../dispatch/ready-task';
import { endedByRejection, rejectOrphans } from '../dispatch/reject';
import { takeOver } from '../dispatch/take-over';
import { msUntil } from '../dispatch/time-until';
import { type HintTaker } from '../intake/hints';
import { AgentPerformance } from '../performance/agent-performance';
import { type AttemptReport } from '../results/attempt-report';
import { type EndedTask } from '../results/ended-task';
import { type Recorded, Recorder } from '../results/recorder';
import { consumeResults, type ResultTaker } from '../results/result-intake';
import { Parents } from '../spawning/parents';
import { AgentWatch } from './agent-watch';
import { consumeNews } from './brain-news';
import { Sweep } from './sweep';
import { Upkeep } from './upkeep';
import { type StartTermWorkflows, type TermWorkflows } from './term-workflows';

export interface TermEvents {
  /** Committed: tell whoever waits or listens. */
  ended(tasks: readonly EndedTask[]): void;
  /** Committed: these attempts are on their way to their agents. */
  dispatched(attempts: readonly Held[]): void;
  /** Committed: these attempts are over. */
  attemptsEnded(recorded: readonly Recorded[]): void;
  changed(): void;
  /** What this term has in memory can no longer be trusted: it must end. */
  broken(error: unknown): void;
}

/** The agent enforces its time limit itself and says so; this is for agents that do not. */
const DEADLINE_GRACE_MS = 500;

/**
 * One term of office of the brain: dispatches, records, watches. It starts from the database alone and trusts its
 * memory only while every write succeeds; any doubt ends the term, and the next one starts from the database again.
 */
export class Term implements HintTaker {
  private readonly backlog: Backlog;
  private readonly deadlines = new AttemptDeadlines();
  private readonly agents: AgentWatch;
  private readonly dispatcher: Dispatcher;
  private readonly recorder: Recorder;
  private readonly liveness: Liveness;
  private readonly due: DueTasks;
  private readonly performance: AgentPerformance;
  private readonly workflows: TermWorkflows;
  private readonly parents: Parents;
  private readonly abandoned: Abandoned;
  private subscriptions: Subscription[] = [];
  private readonly upkeep: Upkeep;
  private readonly sweep: Sweep;
  private stopped = false;
  private readonly offConnected: () => void;

  constructor(
    private readonly desk: Desk,
    private readonly owner: string,
    startWorkflows: StartTermWorkflows,
    private readonly events: TermEvents,
  ) {
    const failed = (error: unknown): void => events.broken(error);
    const changed = (): void => this.dispatcher.wake();
    this.backlog = new Backlog(desk.database, desk.scheduler);
    this.agents = new AgentWatch(desk, { ended: (report) => this.report(report), changed, failed });
    this.abandoned = new Abandoned(desk, this.deadlines, (held, reason) => this.agents.abort(held, reason));
    this.dispatcher = new Dispatcher(desk, this.backlog, {
      claimed: (attempts) => this.claimed(attempts),
      undelivered: (agentId, attempts) => this.undelivered(agentId, attempts),
      unsendable: (attempt, reason) => this.agents.unsendable(attempt, reason),
      rejected: (tasks) => this.rejected(tasks),
      failed,
    });
    this.workflows = startWorkflows(desk, {
      giveAtOnce: (tasks, following) => this.dispatcher.giveAtOnce(tasks, following),
      mayFollow: (taskId) => this.dispatcher.mayFollow(taskId),
      submitted: (tasks) => this.tasksQueued(tasks),
      canceled: (tasks) => this.tasksCanceled(tasks),
      failed,
    });
    this.recorder = new Recorder(desk, this.workflows, { recorded: (recorded) => this.recorded(recorded), failed });
    this.liveness = new Liveness(desk, {
      gone: (agentId, reason) => this.agents.gone(agentId, reason),
      unknownToAgent: (_, attempts) => this.agents.undelivered(attempts, 'The agent does not know of the attempt.'),
      stranger: () => this.agents.stranger(),
    });
    const ready = (tasks: readonly ReadyTask[]): void => {
      for (const task of tasks) this.backlog.offer(task);
      this.touched();
    };
    this.parents = new Parents(desk, { ready, canceled: (tasks) => this.tasksCanceled(tasks), failed });
    this.due = new DueTasks(desk, {
      ready,
      expired: (tasks) => this.expired(tasks),
      failed,
    });
    this.performance = new AgentPerformance(desk, { changed, failed });
    this.upkeep = new Upkeep(desk);
    this.sweep = new Sweep(() => this.lookEverywhere(), failed);
    this.offConnected = desk.bus.on('connected', changed);
  }

  /** Listens first and reads then, so that nothing falls in between. */
  async start(): Promise<void> {
    await takeOver(this.desk, (held) => this.watchDeadline(held, msUntil(this.desk, held.row.attemptDeadline)));
    this.liveness.takenUp();
    this.subscriptions = await consumeNews(this.desk, this.owner, this, this.agents);
    const reported: ResultTaker['reported'] = (ends, progress) => this.reported(ends, progress);
    const results = await consumeResults(this.desk, { reported });
    this.subscriptions.push(results);
    // From here on tasks go out: their results have a queue to come to.
    await this.agents.load();
    await this.performance.start();
    await this.lookEverywhere();
    this.due.start();
    this.liveness.start();
    this.upkeep.start();
    this.sweep.start();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.offConnected();
    this.agents.stop();
    this.liveness.stop();
    this.upkeep.stop();
    this.deadlines.stop();
    await Promise.all([this.dispatcher.stop(), this.due.stop(), this.sweep.stop()]);
    // Nothing new comes in before what is under way is stored.
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
    await this.recorder.idle();
    await this.parents.idle();
    await this.performance.stop();
    await this.workflows.stop();
  }

  heartbeat(beat: AgentHeartbeat): void {
    this.agents.beat(beat);
    this.liveness.heard(beat);
    this.performance.heard(beat);
  }

  presence(presence: AgentPresence): void {
    if (presence.what === 'lost' || presence.what === 'deregistered') this.liveness.forget(presence.agentId);
    this.agents.presence(presence);
  }

  hint(hint: BrainHint): void {
    if (hint.queued?.length) this.tasksQueuedElsewhere(hint.queued.map((task) => task.id));
    if (hint.canceled?.length) this.tasksCanceledElsewhere(hint.canceled);
    if (hint.workflows?.length) this.workflowsChanged(hint.workflows);
  }

  giveAtOnce(tasks: readonly NewTask[]): TasksWithAttempts | undefined {
    return this.stopped ? undefined : this.dispatcher.giveAtOnce(tasks);
  }

  tasksQueued(tasks: readonly NewTask[]): void {
    for (const task of tasks) {
      if (task.runAt) this.due.expectIn(msUntil(this.desk, task.runAt));
      else this.backlog.offer(readyFromRow(task));
    }
    this.dispatcher.wake();
  }

  tasksQueuedElsewhere(ids: readonly TaskId[]): void {
    this.attempt(async () => {
      await this.backlog.offerById(ids);
      this.dispatcher.wake();
      this.due.expectIn(0);
    });
  }

  tasksCanceled(tasks: readonly CanceledTask[]): void {
    this.abandoned.canceled(tasks);
    this.parents.told(tasks);
    this.touched();
  }

  tasksCanceledElsewhere(ids: readonly TaskId[]): void {
    for (const id of ids) this.desk.scheduler.remove(id);
    this.attempt(async () => {
      await this.abandoned.sweep();
      await this.parents.sweep();
    });
  }

  workflowsChanged(ids: readonly WorkflowId[]): void {
    if (ids.length > 0) this.attempt(() => this.workflows.takeInbox(ids));
  }

  private reported(ends: readonly AttemptReport[], progress: readonly TaskProgress[]): Promise<void> {
    for (const report of ends) {
      notePace(this.desk, report);
      this.desk.held.freeSlot(report.token);
      this.deadlines.clear(report.token);
    }
    if (ends.length > 0) this.dispatcher.wake();
    return this.recorder.record(ends, progress);
  }

  /** The brain's own finding; a failure to store it ends the term through the recorder. */
  private report(report: AttemptReport): void {
    this.deadlines.clear(report.token);
    this.recorder.record([report]).catch(() => undefined);
  }

  private recorded(recorded: readonly Recorded[]): void {
    this.performance.ended(recorded);
    for (const { held, after, spawned } of recorded) {
      if (spawned) this.tasksQueued(spawned);
      // It was there before, and may have ended long ago.
      if (spawned?.length === 0) this.parents.wake(held.row.id);
      if (after.to !== 'queued') continue;
      if (after.runAt) this.due.expectIn(msUntil(this.desk, after.runAt));
      else this.backlog.offer({ ...readyFromRow(held.row), capability: after.capability });
    }
    this.events.attemptsEnded(recorded);
    const ended = recorded.flatMap((one) => one.ended ?? []);
    this.parents.told(ended);
    this.events.ended(ended);
    this.upkeep.grew(recorded.length);
    this.touched();
  }

  private claimed(attempts: readonly Held[]): void {
    for (const held of attempts) this.watchDeadline(held, msUntil(this.desk, held.row.attemptDeadline));
    this.events.dispatched(attempts);
    this.events.changed();
  }

  private rejected(tasks: readonly RejectedTask[]): void {
    if (tasks.length === 0) return;
    this.workflowsChanged(tasks.flatMap((task) => task.workflowId ?? []));
    this.parents.told(tasks);
    this.events.ended(tasks.map(endedByRejection));
    this.events.changed();
  }

  private expired(tasks: readonly ExpiredTask[]): void {
    this.workflowsChanged(tasks.flatMap((task) => task.workflowId ?? []));
    this.parents.told(tasks);
    if (tasks.some(({ hasSpawned }) => hasSpawned)) this.attempt(() => this.parents.sweep());
  }

  private undelivered(agentId: string, attempts: readonly Held[]): void {
    this.agents.undelivered(attempts, `The inbox of agent ${agentId} could not be reached.`);
    this.liveness.missed(agentId);
    if (!this.desk.bus.connected) return;
    // Not offered anything until it beats again, which shows that it has an inbox.
    this.desk.scheduler.removeAgent(agentId);
  }

  private watchDeadline(held: Held, inMs: number): void {
    this.deadlines.set(held.row.token, inMs + DEADLINE_GRACE_MS, () => this.agents.timedOut(held));
  }

  private async lookEverywhere(): Promise<void> {
    noteLasting(this.desk);
    this.rejected(await rejectOrphans(this.desk));
    await this.backlog.sweep();
    await this.abandoned.sweep();
    await this.parents.sweep();
    await this.workflows.takeInbox();
    this.dispatcher.open();
  }

  private attempt(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.events.broken(error));
  }

  private touched(): void {
    this.events.changed();
    this.dispatcher.wake();
  }
}
