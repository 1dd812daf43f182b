import { type TaskError } from '@baton/contracts';
import { isCounted, type Turn } from './turn';
import { type NodeRun, RUN_STOPPED, type StepRun } from './workflow-run';

/** Ends the run now: what runs is canceled, what waits never starts. Receipts stay. */
export function stopRun(turn: Turn, state: 'failed' | 'canceled', error: TaskError): void {
  const { run } = turn;
  for (const nodeRun of run.nodes) if (nodeRun.own.finishedAt === null) stopNode(turn, nodeRun, error.message);
  run.ready = [];
  run.error = error;
  run.finishedAt = turn.now;
  turn.moveRun(state, error.message);
}

function stopNode(turn: Turn, nodeRun: NodeRun, reason: string): void {
  turn.run.unended -= 1;
  if (isCounted(nodeRun)) return stopStep(turn, nodeRun.own, reason);
  stopElements(turn, nodeRun, reason);
  turn.end(nodeRun.own, 'canceled', stopped(reason), false);
}

/** Ends those elements of a forEach step that have not ended. */
export function stopElements(turn: Turn, nodeRun: NodeRun, reason: string): void {
  for (const element of nodeRun.elements as readonly StepRun[]) {
    if (element.finishedAt === null) stopStep(turn, element, reason);
  }
  nodeRun.expansion = undefined;
  nodeRun.active = 0;
  nodeRun.open = 0;
}

function stopStep(turn: Turn, step: StepRun, reason: string): void {
  const { taskId, key } = step;
  if (taskId !== null) turn.commands.push({ kind: 'cancel-task', taskId, key, reason });
  turn.end(step, 'canceled', stopped(reason));
}

function stopped(reason: string): TaskError {
  return { code: RUN_STOPPED, message: `Stopped with the run: ${reason}`, retryable: true };
}
