import { endNode } from './end-node';
import { fill, fillInput, isTrue, scopeOf, submitOf, viewsOf } from './evaluate';
import { finishRun } from './finish-run';
import { fillMap } from './map-node';
import { type Turn } from './turn';
import { type NodeRun } from './workflow-run';

/** Starts whatever can start, and ends the run when nothing is left. A paused run starts nothing. */
export async function settle(turn: Turn): Promise<void> {
  const { run } = turn;
  while (run.state === 'running' && run.ready.length > 0 && turn.mayGoOn) {
    const ready = run.ready;
    run.ready = [];
    await startAll(turn, ready);
  }
  if ((run.state === 'running' || run.state === 'paused') && run.unended === 0) await finishRun(turn);
}

/** Those that may not start any more in this turn stay ready. */
async function startAll(turn: Turn, ready: readonly number[]): Promise<void> {
  const { run } = turn;
  for (const [position, index] of ready.entries()) {
    if (run.state !== 'running') return;
    if (!turn.mayGoOn) {
      run.ready.push(...ready.slice(position));
      return;
    }
    await startNode(turn, run.nodes[index] as NodeRun);
  }
}

async function startNode(turn: Turn, nodeRun: NodeRun): Promise<void> {
  const { node, own } = nodeRun;
  if (own.state !== 'ready' && own.state !== 'running') return;
  if (own.state === 'ready' && !(await isWanted(turn, nodeRun))) return;
  if (node.kind === 'map') await fillMap(turn, nodeRun, node);
  else await startTask(turn, nodeRun);
}

/** Evaluates `when`; ends the node when it is false or cannot be told. */
async function isWanted(turn: Turn, nodeRun: NodeRun): Promise<boolean> {
  const { node } = nodeRun;
  const { run } = turn;
  if (!node.when) return true;
  const scope = scopeOf(run, viewsOf(run, node.needs));
  const filled = await fill(node.when, scope, run.startedAt as Date, `when of step ${node.id}`);
  if (filled.ok && isTrue(filled.value)) return true;
  if (filled.ok) endNode(turn, nodeRun, 'skipped');
  else endNode(turn, nodeRun, 'failed', filled.error);
  return false;
}

async function startTask(turn: Turn, nodeRun: NodeRun): Promise<void> {
  const { run } = turn;
  const { node, own } = nodeRun;
  const scope = scopeOf(run, viewsOf(run, node.needs));
  const filled = await fillInput(nodeRun, scope, run.startedAt as Date, node.id);
  if (filled.ok) turn.submit(own, submitOf(node.step, filled.value), node.stepsBehind);
  else endNode(turn, nodeRun, 'failed', filled.error);
}
