import { type JsonValue, type TaskId, type WorkflowId } from '@baton/contracts';
import { type WorkflowCommand, type WorkflowRun } from '@baton/engine';
import { type CanceledTask, cancelTasks, type NewTask, type Sql } from '@baton/persistence';
import { newTask, type TaskDefaults } from '../intake/new-task';
import { ACTOR } from './audit-of-run';
import { type BidCall } from './bid-calls';

/** Something a run tells in a channel. */
export interface RunNews {
  readonly workflowId: WorkflowId;
  readonly key: string;
  readonly channel: string;
  readonly data: JsonValue;
}
/** A task that another one is to follow as soon as it is with an agent. */
export interface AwaitedTask {
  readonly workflowId: WorkflowId;
  readonly key: string;
  readonly taskId: TaskId;
}
/** What is done once the decisions are committed. */
export interface AfterCommit {
  readonly awaited: readonly AwaitedTask[];
  readonly calls: readonly BidCall[];
  readonly news: readonly RunNews[];
}
type Submitted = Extract<WorkflowCommand, { kind: 'submit-task' }>;

/** What the decisions of one transaction want done. */
export class Orders {
  private readonly submits = new Map<TaskId, { run: WorkflowRun; command: Submitted }>();
  private readonly cancels = new Map<string, TaskId[]>();
  private readonly awaited = new Set<TaskId>();
  private calls: BidCall[] = [];
  private news: RunNews[] = [];

  constructor(private readonly defaults: TaskDefaults) {}

  enter(run: WorkflowRun, command: WorkflowCommand): void {
    const workflowId = run.id;
    switch (command.kind) {
      case 'submit-task':
        this.submits.set(command.taskId, { run, command });
        if (command.isAwaited) this.awaited.add(command.taskId);
        return;
      case 'cancel-task':
        return this.enterCancel(command.taskId, command.reason);
      case 'call-for-bids': {
        const { key, callId, submit, windowMs } = command;
        this.calls.push({ workflowId, key, callId, submit, windowMs });
        return;
      }
      case 'tell': {
        const { key, channel, data } = command;
        this.news.push({ workflowId, key, channel, data });
      }
    }
  }

  /** Nothing of this run is done: its decisions are not saved. */
  abandon(id: WorkflowId): void {
    for (const [taskId, { run }] of this.submits) if (run.id === id) this.submits.delete(taskId);
    this.calls = this.calls.filter(({ workflowId }) => workflowId !== id);
    this.news = this.news.filter(({ workflowId }) => workflowId !== id);
  }

  tasks(now: Date): NewTask[] {
    return [...this.submits.values()].map(({ run, command }) => {
      const { taskId: id, key: stepId, stepsBehind, submit } = command;
      return newTask(submit, { id, createdBy: ACTOR, workflowId: run.id, stepId, stepsBehind }, this.defaults, now);
    });
  }

  /** Those of the tasks that go to the agent of another one. */
  following(): Map<TaskId, TaskId> {
    const following = new Map<TaskId, TaskId>();
    for (const [taskId, { command }] of this.submits) if (command.follows) following.set(taskId, command.follows);
    return following;
  }

  /** After the tasks are stored: one may be submitted and canceled in the same transaction. */
  async cancel(sql: Sql): Promise<CanceledTask[]> {
    const canceled: CanceledTask[] = [];
    for (const [reason, ids] of this.cancels) {
      canceled.push(...(await cancelTasks(sql, ids, { actor: ACTOR, reason, tellWorkflow: false })));
    }
    return canceled;
  }

  /** Whether the task goes out with this transaction. It is not with an agent yet: who wants to follow it has to wait. */
  await(taskId: TaskId): boolean {
    if (!this.submits.has(taskId)) return false;
    this.awaited.add(taskId);
    return true;
  }

  afterCommit(): AfterCommit {
    const awaited = [...this.awaited].flatMap((taskId) => {
      const submitted = this.submits.get(taskId);
      return submitted ? { workflowId: submitted.run.id, key: submitted.command.key, taskId } : [];
    });
    return { awaited, calls: this.calls, news: this.news };
  }

  private enterCancel(taskId: TaskId, reason: string): void {
    const others = this.cancels.get(reason);
    if (others) others.push(taskId);
    else this.cancels.set(reason, [taskId]);
  }
}
