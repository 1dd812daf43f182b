import {
  type JsonObject,
  type JsonValue,
  type StepState,
  type TaskError,
  type TaskId,
  type WorkflowId,
  type WorkflowState,
} from '@baton/contracts';
import { type GraphNode, type WorkflowGraph } from '../document/graph';
import { type StepView } from '../expressions/scope';

/** One row of the run: a step, or one element of a forEach step (`each[3]`). */
export interface StepRun {
  readonly key: string;
  readonly stepId: string;
  readonly itemIndex: number | null;
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
  /** Cost units its tasks took. */
  cost: number | null;
  /** What a wait or a pattern must know again after a restart. */
  memo: JsonValue;
}

/** A node while it runs. The counts are kept so that an event costs what it touches, not the graph. */
export interface NodeRun {
  readonly node: GraphNode;
  readonly own: StepRun;
  /** Needs that have not passed yet. */
  waitingFor: number;
  /** The elements of a forEach step once its list is known. */
  elements: readonly StepRun[] | undefined;
  /** What is only needed while elements are being started; evaluated again after a restart. */
  expansion: Expansion | undefined;
  /** Elements before this one have been looked at. */
  next: number;
  active: number;
  open: number;
}

export interface Expansion {
  readonly items: readonly JsonValue[];
  readonly views: Readonly<Record<string, StepView>>;
}

type Counts = Partial<Record<StepState, number>>;

/** A workflow being run. `advance` changes it in place; whoever fails to save a decision must drop the object. */
export interface WorkflowRun {
  readonly id: WorkflowId;
  readonly graph: WorkflowGraph;
  readonly nodes: readonly NodeRun[];
  state: WorkflowState;
  input: JsonObject;
  output: JsonValue;
  error: TaskError | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Indexes of nodes that have something to start; kept while paused. */
  ready: number[];
  /** Nodes that have not ended. */
  unended: number;
  /** Steps and elements by state; a forEach step counts itself until its elements are known. */
  readonly counts: Counts;
}

/** A run in state `created`. `input` overrides the document's defaults field by field. */
export function createRun(id: WorkflowId, graph: WorkflowGraph, input: JsonObject = {}): WorkflowRun {
  return {
    id,
    graph,
    nodes: graph.nodes.map((node) => newNode(node)),
    state: 'created',
    input: { ...graph.document.input, ...input },
    output: null,
    error: null,
    startedAt: null,
    finishedAt: null,
    ready: [],
    unended: graph.nodes.length,
    counts: { pending: graph.nodes.length },
  };
}

function newNode(node: GraphNode): NodeRun {
  return {
    node,
    own: newStep(node.id, node.id, null),
    waitingFor: node.needs.length,
    elements: undefined,
    expansion: undefined,
    next: 0,
    active: 0,
    open: 0,
  };
}

/** Elements of the forEach step `stepId`, not started. */
export function newElements(stepId: string, count: number): StepRun[] {
  return Array.from({ length: count }, (_unused, index) => newStep(`${stepId}[${index}]`, stepId, index));
}

function newStep(key: string, stepId: string, itemIndex: number | null): StepRun {
  return {
    key,
    stepId,
    itemIndex,
    state: 'pending',
    taskId: null,
    attempts: 0,
    output: null,
    error: null,
    startedAt: null,
    finishedAt: null,
  };
}

/** Blocked: never run, because a need failed under `onFailure: continue`. Skipped by its `when` has no error. */
export function isBlocked(step: StepRun): boolean {
  return step.state === 'skipped' && step.error !== null;
}

/** Error code of steps that were canceled because the run stopped; a retry takes them up again. */
export const RUN_STOPPED = 'RUN_STOPPED';

/** Canceled with its run, not by somebody for itself. */
export function wasStopped(step: StepRun): boolean {
  return step.state === 'canceled' && step.error?.code === RUN_STOPPED;
}

export function hasFailed(step: StepRun): boolean {
  return step.state === 'failed' || step.state === 'rejected' || step.state === 'canceled';
}

/** Submitted and not ended, as far as the run knows. */
export function isActive(step: StepRun): boolean {
  return step.taskId !== null && step.finishedAt === null;
}

/** Whether steps that need this node may run: it completed, was skipped by its `when`, or may fail. */
export function hasPassed({ node, own }: NodeRun): boolean {
  if (own.state === 'completed') return true;
  if (own.state === 'skipped') return own.error === null;
  return node.optional && (own.state === 'failed' || own.state === 'rejected' || own.state === 'canceled');
}
