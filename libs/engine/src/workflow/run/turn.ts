import {
  type JsonObject,
  type JsonValue,
  type StepState,
  type Submit,
  type TaskError,
  type TaskId,
  type WorkflowState,
} from '@baton/contracts';
import { type NodeRun, type StepRun, type WorkflowRun } from './workflow-run';

/** What is done to tasks because of a decision, in the transaction that saves it. */
export type WorkflowCommand =
  | {
      readonly kind: 'submit-task';
      readonly taskId: TaskId;
      readonly key: string;
      readonly submit: Submit;
      readonly stepsBehind: number;
    }
  | { readonly kind: 'cancel-task'; readonly taskId: TaskId; readonly key: string; readonly reason: string }
  /** After the commit: ask the agents that could do `submit`; the answer is a `bids` event. Comes again after a restart. */
  | {
      readonly kind: 'call-for-bids';
      readonly key: string;
      readonly callId: string;
      readonly submit: Submit;
      readonly windowMs: number;
    }
  /** After the commit, as news: a message in a channel of the mesh. */
  | { readonly kind: 'tell'; readonly key: string; readonly channel: string; readonly data: JsonValue };

/** A decision inside the run, for its audit. */
export interface RunNote {
  readonly key: string;
  readonly what: string;
  readonly details: JsonObject;
}

/** A change of the run's state, for the audit. */
export interface RunTransition {
  readonly from: WorkflowState;
  readonly to: WorkflowState;
  readonly reason: string | null;
}

/** All that follows from one event; empty when the event was a duplicate, late or not possible now. */
export interface WorkflowDecision {
  readonly changed: ReadonlySet<StepRun>;
  readonly commands: readonly WorkflowCommand[];
  readonly transitions: readonly RunTransition[];
  readonly notes: readonly RunNote[];
}

/** What `advance` may not make itself. */
export interface Given {
  readonly now: Date;
  newTaskId(): TaskId;
  /**
   * Asked before each step or element is started, so that a turn ends in time however slow its expressions are. What
   * is left stays in `run.ready`; send `continue` until that is empty.
   */
  mayGoOn?(): boolean;
}

/** One event's work on a run: every change goes through here, so that counts and the decision agree with the run. */
export class Turn implements WorkflowDecision {
  readonly changed = new Set<StepRun>();
  readonly commands: WorkflowCommand[] = [];
  readonly transitions: RunTransition[] = [];
  readonly notes: RunNote[] = [];

  constructor(
    readonly run: WorkflowRun,
    readonly given: Given,
  ) {}

  get now(): Date {
    return this.given.now;
  }

  get mayGoOn(): boolean {
    return this.given.mayGoOn?.() ?? true;
  }

  moveRun(to: WorkflowState, reason: string | null): void {
    this.transitions.push({ from: this.run.state, to, reason });
    this.run.state = to;
  }

  move(step: StepRun, state: StepState, counted: boolean): void {
    if (counted) this.count(step.state, -1);
    if (counted) this.count(state, 1);
    step.state = state;
    this.changed.add(step);
  }

  count(state: StepState, by: number): void {
    this.run.counts[state] = (this.run.counts[state] ?? 0) + by;
  }

  moveNode(nodeRun: NodeRun, state: StepState): void {
    this.move(nodeRun.own, state, isCounted(nodeRun));
  }

  submit(step: StepRun, submit: Submit, stepsBehind: number): void {
    step.taskId = this.given.newTaskId();
    step.startedAt = this.now;
    step.finishedAt = null;
    step.error = null;
    this.move(step, 'queued', true);
    this.commands.push({ kind: 'submit-task', taskId: step.taskId, key: step.key, submit, stepsBehind });
  }

  end(step: StepRun, state: StepState, error: TaskError | null, counted = true): void {
    step.error = error;
    step.finishedAt = this.now;
    this.move(step, state, counted);
  }
}

/** A forEach step with elements is counted by them. */
export function isCounted(nodeRun: NodeRun): boolean {
  return nodeRun.elements === undefined || nodeRun.elements.length === 0;
}
