import { type FinalWorkflowState } from '@baton/contracts';
import { endUnit, failureOf } from './end-unit';
import { type Filled } from './evaluate';
import { fillOutput } from './fill-for';
import { outputsOfLeaves, partialOutput } from './outputs';
import { clearLines } from './stop';
import { type Turn } from './turn';
import { type Frame, type Unit } from './unit';
import { hasFailed, isOptional } from './unit-state';
import { type WorkflowRun } from './workflow-run';

/** Ends what the frame is the inside of, when all in it has ended. */
export async function finishFrame(turn: Turn, frame: Frame): Promise<void> {
  const { owner } = frame;
  if (frame.unended > 0) return;
  if (!owner) return finishRun(turn, frame);
  if (owner.state !== 'running') return;
  const failed = failureIn(frame);
  const output = await outputOf(turn, frame, owner);
  if (!output.ok) return endUnit(turn, owner, 'failed', output.error);
  owner.output = output.value;
  if (failed) endUnit(turn, owner, 'failed', failureOf(failed));
  else endUnit(turn, owner, 'completed');
}

/** A join of some has what it wants. */
function failureIn({ graph, units }: Frame): Unit | undefined {
  return graph.join === 'all' ? units.find((unit) => hasFailed(unit) && !isOptional(unit)) : undefined;
}

async function outputOf({ run }: Turn, frame: Frame, owner: Unit): Promise<Filled> {
  const { output } = frame.graph;
  if (!output) return { ok: true, value: partialOutput(owner) };
  return fillOutput(run, frame, output);
}

/**
 * completed: nothing failed but what may fail. partial: something failed under `onFailure: continue` and something
 * completed. failed: nothing completed, or the output cannot be evaluated.
 */
async function finishRun(turn: Turn, frame: Frame): Promise<void> {
  const { run } = turn;
  const failed = failureIn(frame);
  run.error = failed ? failureOf(failed) : null;
  run.finishedAt = turn.now;
  const ended = failed && frame.completed === 0 ? 'failed' : await takeOutput(run, frame, failed);
  clearLines(turn);
  turn.moveRun(ended, run.error?.message ?? null);
}

async function takeOutput(run: WorkflowRun, frame: Frame, failed: Unit | undefined): Promise<FinalWorkflowState> {
  const { output: template } = run.graph;
  const output = template
    ? await fillOutput(run, frame, template)
    : { ok: true as const, value: outputsOfLeaves(frame.units) };
  if (output.ok) {
    run.output = output.value;
    return failed ? 'partial' : 'completed';
  }
  run.error = output.error;
  return 'failed';
}
