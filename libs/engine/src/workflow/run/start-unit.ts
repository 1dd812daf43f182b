import { type TaskBody } from '../document/graph';
import { endUnit } from './end-unit';
import { isTrue } from './evaluate';
import { fillFor, scopeInside } from './fill-for';
import { canFollow, leaderOf } from './follow';
import { fullGate, hold } from './gate';
import { startTask } from './start-task';
import { takeBack } from './take-back';
import { timeOutOf } from './time-limit';
import { newInner } from './tree';
import { type Turn } from './turn';
import { type Holder, type Unit } from './unit';
import { startWait } from './waits';

/** Sub-workflows inside one another. */
const workflowDepthLimit = 8;

/** Starts a unit that is ready, or finds that it is not to run, or has no room for it now. */
export async function startUnit(turn: Turn, unit: Unit): Promise<void> {
  if (unit.state !== 'ready') return;
  if (unit.body.kind === 'task') return startTaskUnit(turn, unit, unit.body);
  if (unit.inner) return goOnInside(turn, unit, unit.inner);
  if (!(await isWanted(turn, unit))) return;
  const { body } = unit;
  if (body.kind === 'wait') return startWait(turn, unit, body);
  return startInside(turn, unit);
}

async function startTaskUnit(turn: Turn, unit: Unit, body: TaskBody): Promise<void> {
  const leader = leaderOf(unit);
  if (leader && !canFollow(turn, unit, leader)) return takeBack(turn, unit);
  const full = fullGate(unit);
  if (full) return hold(turn, unit, full);
  if (await isWanted(turn, unit)) await startTask(turn, unit, body, leader);
}

/** Evaluates `when`; ends the unit when it is false or cannot be told. */
async function isWanted(turn: Turn, unit: Unit): Promise<boolean> {
  const { run } = turn;
  const when = unit.node?.when;
  if (!when) return true;
  const filled = await fillFor(run, unit, { template: when, what: 'when' });
  if (filled.ok && isTrue(filled.value)) return true;
  if (filled.ok) endUnit(turn, unit, 'skipped');
  else endUnit(turn, unit, 'failed', filled.error);
  return false;
}

async function startInside(turn: Turn, unit: Unit): Promise<void> {
  if (unit.body.kind === 'workflow' && unit.holder.gate.depth >= workflowDepthLimit) {
    return endUnit(turn, unit, 'failed', tooDeep(unit));
  }
  const inner = newInner(unit) as Holder;
  const scoped = await scopeInside(turn.run, inner);
  if (!scoped.ok) return endUnit(turn, unit, 'failed', scoped.error);
  turn.adopt(inner, inner.units);
  unit.inner = inner;
  goOnInside(turn, unit, inner);
}

function tooDeep({ key }: Unit) {
  const message = `Step ${key} would be a workflow ${workflowDepthLimit + 1} levels deep; ${workflowDepthLimit} are allowed. Give the recursion a condition that ends it.`;
  return { code: 'WORKFLOW_TOO_DEEP', message, retryable: false };
}

/** Also what a retry has taken up again: what has receipts inside keeps them. */
function goOnInside(turn: Turn, unit: Unit, inner: Holder): void {
  unit.startedAt = turn.now;
  turn.move(unit, 'running');
  unit.holder.underWay.add(unit);
  unit.timesOutAt = timeOutOf(unit);
  if (unit.timesOutAt !== null) turn.run.timers.add(unit, unit.timesOutAt);
  if (inner.kind === 'frame') startRoots(turn, inner.units);
  if (inner.kind === 'group' || inner.unended === 0) turn.announce(inner);
}

/** Those that need nothing any more. */
export function startRoots(turn: Turn, units: readonly Unit[]): void {
  for (const unit of units) if (unit.state === 'pending' && unit.waitingFor === 0) turn.makeReady(unit);
}
