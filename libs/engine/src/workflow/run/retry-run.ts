import { startRoots } from './start-unit';
import { type Turn } from './turn';
import { type Frame, type Group, type Holder, type Unit } from './unit';
import { hasPassed, isEnded, mustRunAgain, nodeOf } from './unit-state';
import { unitsIn } from './workflow-run';

/**
 * Takes a finished run up again: what failed, was stopped or was blocked runs once more, at any depth; completed units
 * keep their receipts, and the failures of optional steps stand. Without any such unit only the end is evaluated again.
 */
export function retryRun(turn: Turn): void {
  takeUp(turn, 'retried');
  retryInside(turn, turn.run.root);
  goOn(turn);
}

/** Why the run cannot be run again from that step; undefined: it can. */
export function rerunFlaw({ graph }: Turn['run'], from: string): string | undefined {
  if (graph.indexOf.has(from)) return undefined;
  return `The workflow has no step ${from} of its own. Name one of those in its definition; steps inside others run again with them.`;
}

/** As a retry; and the step, with all that depends on it, runs from its beginning, whatever it has given. */
export function rerunFrom(turn: Turn, from: string): void {
  const { root, graph } = turn.run;
  const first = graph.indexOf.get(from);
  if (first === undefined) return;
  takeUp(turn, `run again from ${from}`);
  const reached = new Set([first]);
  for (const index of reached) for (const next of nodeOf(root.units[index] as Unit).dependents) reached.add(next);
  for (const index of reached) forget(turn, root.units[index] as Unit);
  retryInside(turn, root);
  goOn(turn);
}

function takeUp(turn: Turn, reason: string): void {
  const { run } = turn;
  run.error = null;
  run.output = null;
  run.finishedAt = null;
  run.startedAt ??= turn.now;
  run.clockFrom = turn.now;
  turn.moveRun('running', reason);
}

function goOn(turn: Turn): void {
  const { root } = turn.run;
  startRoots(turn, root.units);
  if (root.unended === 0) turn.announce(root);
}

/** Drops all that came of a unit. */
function forget(turn: Turn, unit: Unit): void {
  if (unit.inner) turn.dismiss(unit, unitsIn(unit.inner));
  unit.output = null;
  unit.memo = null;
  unit.agent = null;
  unit.cost = null;
  reset(turn, unit);
}

function reset(turn: Turn, unit: Unit): void {
  unit.taskId = null;
  unit.error = null;
  unit.finishedAt = null;
  if (!unit.inner) unit.startedAt = null;
  turn.move(unit, 'pending');
}

function retryInside(turn: Turn, holder: Holder): void {
  for (const unit of holder.units) if (mustRunAgain(unit)) retryUnit(turn, unit);
  holder.unended = holder.units.filter((unit) => !isEnded(unit)).length;
  if (holder.kind === 'frame') recount(holder);
  else beginAnew(turn, holder);
}

function retryUnit(turn: Turn, unit: Unit): void {
  if (unit.inner) retryInside(turn, unit.inner);
  unit.output = null;
  reset(turn, unit);
}

/** What is needed by units that have not ended, and by them alone, matters. */
export function recount(frame: Frame): void {
  frame.completed = frame.units.filter(({ state }) => state === 'completed').length;
  for (const unit of frame.units) {
    unit.waitingFor = nodeOf(unit).needs.filter((need) => !hasPassed(frame.units[need] as Unit)).length;
  }
}

/** A pattern without any child to run again has failed by itself, and forgets how far it was. */
function beginAnew(turn: Turn, { owner, unended }: Group): void {
  if (unended === 0 && owner.memo?.pattern !== undefined) turn.remember(owner, { pattern: null });
}
