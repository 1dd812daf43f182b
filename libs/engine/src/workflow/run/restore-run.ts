import { type StepState } from '@baton/contracts';
import { type WorkflowGraph } from '../document/graph';
import { outputsOf } from './map-node';
import { createRun, hasPassed, isActive, type NodeRun, type StepRun, type WorkflowRun } from './workflow-run';

export type RunHead = Pick<WorkflowRun, 'id' | 'state' | 'input' | 'output' | 'error' | 'startedAt' | 'finishedAt'>;

/**
 * The run as it was when its rows were saved. Rows of steps that have not changed since the start may be missing;
 * elements must come in the order of their index. The output of a forEach step is made of its elements' again.
 */
export function restoreRun(graph: WorkflowGraph, head: RunHead, rows: Iterable<StepRun>): WorkflowRun {
  const { state, input, output, error, startedAt, finishedAt } = head;
  const run: WorkflowRun = { ...createRun(head.id, graph), state, input, output, error, startedAt, finishedAt };
  const elements = new Map<NodeRun, StepRun[]>();
  for (const row of rows) {
    const nodeRun = run.nodes[graph.indexOf.get(row.stepId) ?? -1];
    if (!nodeRun) throw new Error(`Step ${row.key} of workflow ${head.id} is not in its definition`);
    if (row.itemIndex === null) Object.assign(nodeRun.own, row);
    else (elements.get(nodeRun) ?? setNew(elements, nodeRun)).push(row);
  }
  for (const [nodeRun, list] of elements) restoreElements(nodeRun, list);
  recount(run);
  return run;
}

function setNew(elements: Map<NodeRun, StepRun[]>, nodeRun: NodeRun): StepRun[] {
  const list: StepRun[] = [];
  elements.set(nodeRun, list);
  return list;
}

function restoreElements(nodeRun: NodeRun, elements: StepRun[]): void {
  nodeRun.elements = elements;
  nodeRun.active = elements.filter(isActive).length;
  nodeRun.open = elements.filter((element) => element.finishedAt === null).length;
  const { own } = nodeRun;
  if (own.state === 'completed' || own.state === 'failed') own.output = outputsOf(elements);
}

function recount(run: WorkflowRun): void {
  run.unended = run.nodes.filter(({ own }) => own.finishedAt === null).length;
  for (const state of Object.keys(run.counts)) delete run.counts[state as StepState];
  for (const nodeRun of run.nodes) {
    const { own, elements, node } = nodeRun;
    for (const step of elements ?? [own]) run.counts[step.state] = (run.counts[step.state] ?? 0) + 1;
    nodeRun.waitingFor = node.needs.filter((need) => !hasPassed(run.nodes[need] as NodeRun)).length;
    if (own.state === 'ready' || own.state === 'running') run.ready.push(node.index);
  }
}
