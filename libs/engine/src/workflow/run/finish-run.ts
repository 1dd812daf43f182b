import { type JsonObject } from '@baton/contracts';
import { failureOf } from './end-node';
import { fill, type Filled, scopeOf, viewsOf } from './evaluate';
import { type Turn } from './turn';
import { hasFailed, type WorkflowRun } from './workflow-run';

/**
 * completed: nothing failed but what may fail. partial: something failed under `onFailure: continue` and something
 * completed. failed: nothing completed, or the output cannot be evaluated.
 */
export async function finishRun(turn: Turn): Promise<void> {
  const { run } = turn;
  const failed = run.nodes.find(({ node, own }) => hasFailed(own) && !node.optional);
  run.error = failed ? failureOf(failed, failed.own.error) : null;
  run.finishedAt = turn.now;
  if (failed && !run.nodes.some(({ own }) => own.state === 'completed')) return end(turn, 'failed');
  const output = await outputOf(run);
  if (output.ok) run.output = output.value;
  else run.error = output.error;
  if (!output.ok) return end(turn, 'failed');
  end(turn, failed ? 'partial' : 'completed');
}

function end(turn: Turn, state: 'completed' | 'partial' | 'failed'): void {
  turn.moveRun(state, turn.run.error?.message ?? null);
}

async function outputOf(run: WorkflowRun): Promise<Filled> {
  const { output } = run.graph;
  if (!output) return { ok: true, value: outputsOfLeaves(run) };
  const scope = scopeOf(run, viewsOf(run, output.references));
  return fill(output.template, scope, run.startedAt as Date, 'output of the workflow');
}

/** What the steps gave that nobody needs, by id. */
function outputsOfLeaves(run: WorkflowRun): JsonObject {
  const leaves = run.nodes.filter(({ node }) => node.dependents.length === 0);
  return Object.fromEntries(leaves.map(({ own }) => [own.stepId, own.output]));
}
