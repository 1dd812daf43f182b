import { makeReady } from './end-node';
import { isCounted, type Turn } from './turn';
import { hasFailed, hasPassed, isBlocked, type NodeRun, type StepRun, wasStopped } from './workflow-run';

/**
 * Takes a finished run up again: what failed, was stopped or was blocked runs once more; completed steps keep their
 * receipts, and the failures of optional steps stand. Without any such step only the end is evaluated again.
 */
export function retryRun(turn: Turn): void {
  const { run } = turn;
  const reset = run.nodes.filter(mustRunAgain);
  run.error = null;
  run.output = null;
  run.finishedAt = null;
  run.startedAt ??= turn.now;
  turn.moveRun('running', 'retried');
  for (const nodeRun of reset) resetNode(turn, nodeRun);
  for (const nodeRun of reset) {
    const open = nodeRun.node.needs.filter((need) => !hasPassed(run.nodes[need] as NodeRun));
    nodeRun.waitingFor = open.length;
    if (open.length > 0) continue;
    if (nodeRun.elements) run.ready.push(nodeRun.node.index);
    else makeReady(turn, nodeRun);
  }
}

function mustRunAgain({ node, own }: NodeRun): boolean {
  if (wasStopped(own) || isBlocked(own)) return true;
  return hasFailed(own) && !node.optional;
}

function resetNode(turn: Turn, nodeRun: NodeRun): void {
  turn.run.unended += 1;
  nodeRun.next = 0;
  if (isCounted(nodeRun)) {
    nodeRun.elements = undefined;
    return resetStep(turn, nodeRun.own);
  }
  const again = (nodeRun.elements as readonly StepRun[]).filter(hasFailed);
  for (const element of again) resetStep(turn, element);
  nodeRun.open = again.length;
  const { own } = nodeRun;
  own.finishedAt = null;
  own.error = null;
  own.output = null;
  turn.move(own, 'running', false);
}

function resetStep(turn: Turn, step: StepRun): void {
  step.taskId = null;
  step.error = null;
  step.startedAt = null;
  step.finishedAt = null;
  turn.move(step, 'pending', true);
}
