import { type TaskError } from '@baton/contracts';
import { stopRun } from './stop-run';
import { type Turn } from './turn';
import { hasPassed, type NodeRun } from './workflow-run';

type Ended = 'completed' | 'failed' | 'canceled' | 'rejected' | 'skipped';

/**
 * Ends a node and tells those that need it. A failure ends the run (`fail-fast`) or blocks what depends on it
 * (`continue`), unless the step is optional.
 */
export function endNode(turn: Turn, nodeRun: NodeRun, state: Ended, error: TaskError | null = null): void {
  closeNode(turn, nodeRun, state, error);
  if (hasPassed(nodeRun)) release(turn, nodeRun);
  else if (turn.run.graph.onFailure === 'fail-fast') stopRun(turn, 'failed', failureOf(nodeRun, error));
  else block(turn, nodeRun);
}

function closeNode(turn: Turn, nodeRun: NodeRun, state: Ended, error: TaskError | null): void {
  nodeRun.expansion = undefined;
  turn.run.unended -= 1;
  turn.end(nodeRun.own, state, error, !nodeRun.elements?.length);
}

/** Why a run failed, naming the step. */
export function failureOf(nodeRun: NodeRun, error: TaskError | null): TaskError {
  const { id } = nodeRun.node;
  if (error === null) return { code: 'STEP_CANCELED', message: `Step ${id} was canceled.`, retryable: true };
  return { ...error, message: `Step ${id} failed: ${error.message}` };
}

function release(turn: Turn, { node }: NodeRun): void {
  for (const index of node.dependents) {
    const dependent = turn.run.nodes[index] as NodeRun;
    dependent.waitingFor -= 1;
    if (dependent.waitingFor === 0) makeReady(turn, dependent);
  }
}

/** Its needs have passed; it starts in this turn, or when the run is resumed. */
export function makeReady(turn: Turn, nodeRun: NodeRun): void {
  turn.moveNode(nodeRun, 'ready');
  turn.run.ready.push(nodeRun.node.index);
}

/** All that depends on the failed node is skipped, with an error that says because of whom. */
function block(turn: Turn, failed: NodeRun): void {
  const error = { code: 'NEED_FAILED', message: `Needs ${failed.node.id}, which failed.`, retryable: false };
  const reached = [...failed.node.dependents];
  for (const index of reached) {
    const dependent = turn.run.nodes[index] as NodeRun;
    if (dependent.own.state !== 'pending') continue;
    closeNode(turn, dependent, 'skipped', error);
    reached.push(...dependent.node.dependents);
  }
}
