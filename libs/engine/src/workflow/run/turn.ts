import {
  type JsonObject,
  type JsonValue,
  type StepState,
  type Submit,
  type TaskError,
  type TaskId,
  type WorkflowState,
} from '@baton/contracts';
import { type Holder, type Unit, type UnitMemo } from './unit';
import { isCounted } from './unit-state';
import { type WorkflowRun } from './workflow-run';

/** What is done to tasks because of a decision, in the transaction that saves it. */
export type WorkflowCommand =
  | {
      readonly kind: 'submit-task';
      readonly taskId: TaskId;
      readonly key: string;
      readonly submit: Submit;
      readonly stepsBehind: number;
      /** A task under way: this one goes to the same agent, to begin there when that one has completed, not before. */
      readonly follows?: TaskId;
      /** Another one is to follow it: send `task-assigned` when it is with an agent. */
      readonly isAwaited?: true;
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
  /** Units whose rows are to be written. */
  readonly changed: ReadonlySet<Unit>;
  /** Keys of rows that are to be deleted, before the changed ones are written. */
  readonly removed: ReadonlySet<string>;
  /** The run's own fields are to be written: state, output, signals, spent, wakeAt. */
  readonly touchesRun: boolean;
  readonly commands: readonly WorkflowCommand[];
  readonly transitions: readonly RunTransition[];
  readonly notes: readonly RunNote[];
}

/** What `advance` may not make itself. */
export interface Given {
  readonly now: Date;
  newTaskId(): TaskId;
  /**
   * Asked before each unit is started and each pattern told of a child, so that a turn ends in time however slow its
   * expressions are. When something is left then (`mustGoOn`), send `continue`.
   */
  mayGoOn?(): boolean;
  /** Whether the agent that works on this task would take another one, to begin when it has completed; default: no. */
  mayFollow?(taskId: TaskId): boolean;
}

/** One event's work on a run: every change goes through here, so that counts and the decision agree with the run. */
export class Turn implements WorkflowDecision {
  readonly changed = new Set<Unit>();
  readonly removed = new Set<string>();
  readonly commands: WorkflowCommand[] = [];
  readonly transitions: RunTransition[] = [];
  readonly notes: RunNote[] = [];
  /** Not with an agent yet, and others would follow them there. */
  readonly awaited = new Set<Unit>();
  touchesRun = false;

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
    this.touchesRun = true;
  }

  move(unit: Unit, state: StepState): void {
    if (isCounted(unit)) {
      this.count(unit.state, -1);
      this.count(state, 1);
    }
    unit.state = state;
    this.changed.add(unit);
  }

  remember(unit: Unit, memo: UnitMemo): void {
    unit.memo = { ...unit.memo, ...memo };
    this.changed.add(unit);
  }

  /** It starts in this turn, or when the run is resumed or has time and room for it. */
  makeReady(unit: Unit): void {
    this.move(unit, 'ready');
    this.run.ready.push(unit);
  }

  /** It is looked at in this turn. */
  announce(holder: Holder): void {
    if (holder.hasNews) return;
    holder.hasNews = true;
    this.run.news.push(holder);
  }

  /** Adds units that are new to the run. */
  adopt(holder: Holder, units: readonly Unit[]): void {
    const { owner } = holder;
    if (owner && holder.units.length === units.length && units.length > 0) this.count(owner.state, -1);
    this.count('pending', units.length);
    for (const unit of units) this.run.byKey.set(unit.key, unit);
  }

  /** Drops what is inside a unit. */
  dismiss(owner: Unit, inside: Iterable<Unit>): void {
    for (const unit of inside) {
      if (isCounted(unit)) this.count(unit.state, -1);
      this.changed.delete(unit);
      this.removed.add(unit.key);
      this.run.byKey.delete(unit.key);
    }
    if (!isCounted(owner)) this.count(owner.state, 1);
    owner.inner = undefined;
  }

  /** Wakes the run when the unit is due. */
  wake(unit: Unit, at: number | null): void {
    unit.wakesAt = at;
    if (at !== null) this.run.timers.add(unit, at);
  }

  end(unit: Unit, state: StepState, error: TaskError | null): void {
    unit.error = error;
    unit.finishedAt = this.now;
    unit.wakesAt = null;
    unit.timesOutAt = null;
    this.move(unit, state);
  }

  private count(state: StepState, by: number): void {
    this.run.counts[state] = (this.run.counts[state] ?? 0) + by;
  }
}
