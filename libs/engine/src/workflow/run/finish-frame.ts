import { endUnit, failureOf } from './end-unit';
import { fill, type Filled } from './evaluate';
import { outputsOfLeaves, partialOutput } from './outputs';
import { scopeOfOutput } from './scope-of';
import { clearLines } from './stop';
import { type Turn } from './turn';
import { type Frame, type Unit } from './unit';
import { hasFailed, isOptional } from './unit-state';

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
  const scoped = await scopeOfOutput(run, frame);
  return scoped.ok ? fill(output, scoped.scope, run.startedAt as Date, `output of step ${owner.key}`) : scoped;
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
  const output = failed && frame.completed === 0 ? undefined : await outputOfRun(turn, frame);
  if (output?.ok) run.output = output.value;
  else if (output) run.error = output.error;
  clearLines(turn);
  const ended = failed ? 'partial' : 'completed';
  turn.moveRun(output?.ok ? ended : 'failed', run.error?.message ?? null);
}

async function outputOfRun({ run }: Turn, frame: Frame): Promise<Filled> {
  const { output } = run.graph;
  if (!output) return { ok: true, value: outputsOfLeaves(frame.units) };
  const scoped = await scopeOfOutput(run, frame);
  return scoped.ok ? fill(output, scoped.scope, run.startedAt as Date, 'output of the workflow') : scoped;
}
