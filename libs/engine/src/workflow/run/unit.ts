import {
  type AgentId,
  type Budget,
  type JsonValue,
  type StepState,
  type TaskError,
  type TaskId,
} from '@baton/contracts';
import { type Body, type GraphNode, type PatternBody, type StepGraph } from '../document/graph';
import { type ExpressionScope } from '../expressions/scope';
import { type CallForBids, type PatternRun } from '../patterns/pattern';
import { type Line } from './line';

/** What a unit must know again after a restart. Small. */
export type UnitMemo = {
  /** Of a child: what it does, when that is not the first part of its pattern. */
  readonly part?: number;
  /** Of a wait: when it is over, ISO 8601. */
  readonly due?: string;
  /** Of a wait for a signal: which of them came first. */
  readonly order?: number;
  /** Of a pattern: what its last move with a memo left. */
  readonly pattern?: JsonValue;
  /** Of a sub-workflow with a budget: what it has used up. */
  readonly spent?: { readonly tasks: number; readonly cost: number };
};

/** What is kept of a unit: one row of the run. Its output is kept as `keptOutput` says. */
export interface UnitRow {
  /** `report`; `each[3]`: child of a pattern; `sub/search`: a step inside; and so on. */
  readonly key: string;
  /** The key without its last `[n]`, or the key. */
  readonly stepId: string;
  /** That n. */
  readonly itemIndex: number | null;
  /** Of a task under way: queued, however far it is. */
  state: StepState;
  /** The task that runs it now, or ran it last. */
  taskId: TaskId | null;
  /** Of all its tasks together. */
  attempts: number;
  output: JsonValue;
  error: TaskError | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Who did its task, once that has ended. */
  agent: { readonly id: AgentId; readonly name: string } | null;
  /** Cost units its tasks took, with those they spawned; null: none reported any. */
  cost: number | null;
  memo: UnitMemo | null;
}

/** A step, an element or a child while the run is in memory: its row, what it does, and its place in the tree. */
export interface Unit extends UnitRow {
  /** Of a child of a pattern: known for sure when it starts. */
  body: Body;
  /** Of a step; a child of a pattern has none. */
  readonly node: GraphNode | undefined;
  /** Where it stands in `holder.units`. */
  readonly index: number;
  readonly holder: Holder;
  /** Steps of the longest chain that waits for it, those around it included. */
  readonly stepsBehind: number;
  /** What runs inside it, once it has started: of steps and workflow a frame, of a pattern a group, of others nothing. */
  inner: Holder | undefined;
  /** Needs that have not passed yet. */
  waitingFor: number;
  /** Milliseconds since 1970 when its wait or pattern wants to be woken, and when its time is up. */
  wakesAt: number | null;
  timesOutAt: number | null;
}

/** What holds units: the root of a run, the inside of a step that is steps or a workflow, or a pattern. */
export type Holder = Frame | Group;

interface AnyHolder {
  /** One per node, in the order of the graph; or the children of a pattern, in the order of their index. */
  readonly units: Unit[];
  /** Units that have not ended. */
  unended: number;
  /** Those of its units that have started, have not ended, and have something inside. */
  readonly underWay: Set<Unit>;
  /** `onFailure` of the workflow it belongs to. */
  readonly failFast: boolean;
  /** The limits its tasks count for. */
  readonly gate: Gate;
  /** What all its units see, once one has been started; evaluated again after a restart. */
  scope: ExpressionScope | undefined;
  /** It is in the line of those that have something to decide. */
  hasNews: boolean;
}

/** A graph being run. */
export interface Frame extends AnyHolder {
  readonly kind: 'frame';
  /** The unit whose inside this is; undefined: the root. */
  readonly owner: Unit | undefined;
  readonly graph: StepGraph;
  /** Units that have completed, for its join. */
  completed: number;
}

/** A pattern being run. */
export interface Group extends AnyHolder {
  readonly kind: 'group';
  readonly owner: Unit;
  readonly body: PatternBody;
  /** Opened by the first turn that needs it; again after a restart. */
  run: PatternRun | undefined;
  /** Children that have ended since the pattern was told last. */
  readonly ended: Line<Unit>;
  /** The last call for bids; `isOut`: agents have been asked. */
  call: (CallForBids & { isOut: boolean }) | undefined;
}

/** What the tasks of a run, or of a sub-workflow in it, may use up together. */
export interface Gate {
  /** Of the workflow around it. */
  readonly outer: Gate | undefined;
  /** The sub-workflow; undefined: the run. */
  readonly owner: Unit | undefined;
  /** Sub-workflows around it; 0: the run itself. */
  readonly depth: number;
  readonly concurrency: number;
  readonly budget: Budget;
  /** Tasks under way. */
  active: number;
  /** Steps that are ready and wait for one of those to end. */
  readonly held: Line<Unit>;
  readonly spent: Spent;
}

/** Of a budget. */
interface Spent {
  /** Submitted, and spawned by those that have ended. */
  tasks: number;
  /** Cost units of tasks that have ended, as they reported them or else as they were reserved. */
  cost: number;
  /** For tasks under way. Follows from the rows. */
  reserved: number;
}

/** Sent to the run, and not taken by a wait yet. */
export type Signal = { readonly name: string; readonly payload: JsonValue };
