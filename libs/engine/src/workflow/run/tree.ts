import { type Body, type StepGraph, type WorkflowGraph } from '../document/graph';
import { Line } from './line';
import { type Frame, type Gate, type Group, type Holder, type Unit } from './unit';

/** The frame of the run itself. */
export function newRoot(graph: WorkflowGraph): Frame {
  return newFrame(graph, undefined, { gate: newGate(graph, undefined), failFast: isFailFast(graph) });
}

/** What a unit has inside while it runs: steps not started, a pattern without children; undefined: nothing. */
export function newInner(owner: Unit): Holder | undefined {
  const { body, holder } = owner;
  const { gate, failFast } = holder;
  if (body.kind === 'steps') return newFrame(body.graph, owner, { gate, failFast });
  if (body.kind === 'workflow') {
    const graph = body.graph();
    return newFrame(graph, owner, { gate: newGate(graph, owner), failFast: isFailFast(graph) });
  }
  if (body.kind !== 'pattern') return undefined;
  const base = newHolder({ gate, failFast });
  return { ...base, kind: 'group', owner, body, run: undefined, ended: new Line<Unit>(), call: undefined };
}

/** The child of a pattern that comes next. */
export function newChild(group: Group): Unit {
  const { owner, units, body } = group;
  const index = units.length;
  const part = body.pattern.partOf?.(index, body.document) ?? 0;
  const key = `${owner.key}[${index}]`;
  return newUnit({
    key,
    stepId: owner.key,
    itemIndex: index,
    holder: group,
    index,
    node: undefined,
    body: body.parts[part] as Body,
  });
}

function newFrame(graph: StepGraph, owner: Unit | undefined, limits: Limits): Frame {
  const frame: Frame = { ...newHolder(limits), kind: 'frame', owner, graph, completed: 0 };
  const prefix = owner === undefined ? '' : `${owner.key}/`;
  for (const node of graph.nodes) {
    const key = prefix + node.id;
    const { index, body } = node;
    frame.units.push(newUnit({ key, stepId: key, itemIndex: null, holder: frame, index, node, body }));
  }
  frame.unended = graph.nodes.length;
  return frame;
}

interface Limits {
  readonly gate: Gate;
  readonly failFast: boolean;
}

function newHolder({ gate, failFast }: Limits) {
  const units: Unit[] = [];
  return { units, unended: 0, underWay: new Set<Unit>(), failFast, gate, scope: undefined, hasNews: false };
}

/** Field by field: a run makes thousands, and a spread costs several times as much. */
function newUnit(own: Pick<Unit, 'key' | 'stepId' | 'itemIndex' | 'holder' | 'index' | 'node' | 'body'>): Unit {
  const { key, stepId, itemIndex, holder, index, node, body } = own;
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
    agent: null,
    cost: null,
    memo: null,
    holder,
    index,
    node,
    body,
    stepsBehind: (node?.stepsBehind ?? 0) + (holder.owner?.stepsBehind ?? 0),
    inner: undefined,
    waitingFor: node?.needs.length ?? 0,
    wakesAt: null,
    timesOutAt: null,
  };
}

function newGate(graph: WorkflowGraph, owner: Unit | undefined): Gate {
  const outer = owner?.holder.gate;
  const depth = outer === undefined ? 0 : outer.depth + 1;
  const { concurrency, budget } = graph;
  const spent = { tasks: 0, cost: 0, reserved: 0 };
  return { outer, owner, depth, concurrency, budget, active: 0, held: new Line<Unit>(), spent };
}

function isFailFast({ onFailure }: WorkflowGraph): boolean {
  return onFailure === 'fail-fast';
}
