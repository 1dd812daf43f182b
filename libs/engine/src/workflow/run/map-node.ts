import { type JsonValue, type TaskError } from '@baton/contracts';
import { type MapNode } from '../document/graph';
import { endNode } from './end-node';
import { expressionFailed, fill, fillInput, scopeOf, submitOf, viewsOf } from './evaluate';
import { stopElements } from './stop-run';
import { isCounted, type Turn } from './turn';
import { type Expansion, hasFailed, newElements, type NodeRun, type StepRun } from './workflow-run';

type Listed = { readonly ok: true; readonly expansion: Expansion } | { readonly ok: false; readonly error: TaskError };

const MOST_ELEMENTS = 10_000;

/** Starts as many elements as may run at once. The list is evaluated on the first call and after a restart. */
export async function fillMap(turn: Turn, nodeRun: NodeRun, node: MapNode): Promise<void> {
  if (!nodeRun.expansion) {
    const listed = await evaluateList(turn, nodeRun, node);
    if (!listed.ok) return endNode(turn, nodeRun, 'failed', listed.error);
    nodeRun.expansion = listed.expansion;
    if (!nodeRun.elements) expand(turn, nodeRun, listed.expansion.items.length);
  }
  await startElements(turn, nodeRun, node);
  if (nodeRun.own.finishedAt !== null) return;
  if (nodeRun.open === 0) endMap(turn, nodeRun);
  else if (hasMore(nodeRun, node)) turn.run.ready.push(node.index);
}

async function startElements(turn: Turn, nodeRun: NodeRun, node: MapNode): Promise<void> {
  const elements = nodeRun.elements as readonly StepRun[];
  while (nodeRun.expansion && hasMore(nodeRun, node) && turn.mayGoOn) {
    const element = elements[nodeRun.next] as StepRun;
    nodeRun.next += 1;
    if (element.state === 'pending') await startElement(turn, nodeRun, element, nodeRun.expansion);
  }
}

/** An element is left that may run now. */
function hasMore({ active, next, elements }: NodeRun, { concurrency }: MapNode): boolean {
  return active < concurrency && next < (elements as readonly StepRun[]).length;
}

async function evaluateList(turn: Turn, nodeRun: NodeRun, node: MapNode): Promise<Listed> {
  const { run } = turn;
  const views = viewsOf(run, node.needs);
  const filled = await fill(node.list, scopeOf(run, views), run.startedAt as Date, `forEach of step ${node.id}`);
  if (!filled.ok) return filled;
  if (filled.value === null) {
    const message = `The forEach of step ${node.id} gives nothing. Put it in [ ] where an empty list is meant, or correct the name.`;
    return { ok: false, error: expressionFailed(message) };
  }
  const items = Array.isArray(filled.value) ? filled.value : [filled.value];
  if (items.length > MOST_ELEMENTS) {
    const message = `The forEach of step ${node.id} gives ${items.length} elements, over ${MOST_ELEMENTS}. Give each element more to do.`;
    return { ok: false, error: expressionFailed(message) };
  }
  return { ok: true, expansion: { items, views } };
}

function expand(turn: Turn, nodeRun: NodeRun, count: number): void {
  const { own } = nodeRun;
  if (count > 0) turn.count(own.state, -1);
  nodeRun.elements = newElements(own.stepId, count);
  nodeRun.open = count;
  turn.count('pending', count);
  for (const element of nodeRun.elements) turn.changed.add(element);
  own.startedAt = turn.now;
  turn.move(own, 'running', isCounted(nodeRun));
}

async function startElement(turn: Turn, nodeRun: NodeRun, element: StepRun, expansion: Expansion): Promise<void> {
  const { run } = turn;
  const index = element.itemIndex as number;
  const scope = scopeOf(run, expansion.views, { item: expansion.items[index] as JsonValue, index });
  const filled = await fillInput(nodeRun, scope, run.startedAt as Date, element.key);
  if (filled.ok) {
    nodeRun.active += 1;
    turn.submit(element, submitOf(nodeRun.node.step, filled.value), nodeRun.node.stepsBehind);
    return;
  }
  turn.end(element, 'failed', filled.error);
  elementEnded(turn, nodeRun, element);
}

/** An element of the node has just ended: closes the node after the last one, or at once on a failure that must stop. */
export function elementEnded(turn: Turn, nodeRun: NodeRun, element: StepRun): void {
  nodeRun.open -= 1;
  const { node } = nodeRun;
  const stops = hasFailed(element) && !node.optional && turn.run.graph.onFailure === 'fail-fast';
  if (stops) stopElements(turn, nodeRun, `${element.key} failed.`);
  if (nodeRun.open === 0) endMap(turn, nodeRun, stops ? element : undefined);
  else turn.run.ready.push(node.index);
}

function endMap(turn: Turn, nodeRun: NodeRun, cause?: StepRun): void {
  const elements = nodeRun.elements as readonly StepRun[];
  const failed = nodeRun.node.optional ? undefined : (cause ?? elements.find(hasFailed));
  nodeRun.own.output = outputsOf(elements);
  if (failed) endNode(turn, nodeRun, 'failed', elementError(failed));
  else endNode(turn, nodeRun, 'completed');
}

/** In the order of the list; null where an element did not complete. */
export function outputsOf(elements: readonly StepRun[]): JsonValue {
  return elements.map((element) => (element.state === 'completed' ? element.output : null));
}

function elementError(element: StepRun): TaskError {
  const { error, key } = element;
  if (error === null) return { code: 'STEP_CANCELED', message: `${key} was canceled.`, retryable: true };
  return { ...error, message: `${key}: ${error.message}` };
}
