import { type TaskId, type WorkflowId } from '@baton/contracts';
import { type CanceledTask, type NewTask } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { type Following } from '../dispatch/following';
import { type TasksWithAttempts } from '../dispatch/first-attempts';
import { type WorkflowPort } from '../results/ended-task';
import { type RunEvent } from '../workflows/workflow-events';

/** The workflows of one term in office. */
export interface TermWorkflows extends WorkflowPort {
  /** Takes what doors left for the workflows: these, or whatever there is. Safe to call at any time, also twice. */
  takeInbox(ids?: readonly WorkflowId[]): Promise<void>;
  /** What happened to runs that is neither a request nor the end of a task. Resolves after the commit. */
  receive(happened: readonly RunEvent[]): Promise<void>;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}
export interface WorkflowTermEvents {
  /** See HintTaker. */
  giveAtOnce(tasks: readonly NewTask[], following: Following): TasksWithAttempts | undefined;
  /** Whether a task may be given to the agent of this one, to begin when this one has completed. */
  mayFollow(taskId: TaskId): boolean;
  /** Committed with the workflow's own change. */
  submitted(tasks: readonly NewTask[]): void;
  canceled(tasks: readonly CanceledTask[]): void;
  /** What is in memory can no longer be trusted. */
  failed(error: unknown): void;
}
export type StartTermWorkflows = (desk: Desk, events: WorkflowTermEvents) => TermWorkflows;
