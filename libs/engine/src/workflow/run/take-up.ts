import { timeOutOf } from './time-limit';
import { type Holder, type Unit } from './unit';
import { listWait } from './waits';
import { unitsOf, type WorkflowRun } from './workflow-run';

/** Makes the lines of a run that is under way, from its units. A unit comes before what is inside it. */
export function takeUpWork(run: WorkflowRun): void {
  const waits: Unit[] = [];
  for (const unit of unitsOf(run)) {
    if (unit.state === 'ready') run.ready.push(unit);
    if (unit.state === 'running' && unit.inner) takeUpInside(run, unit, unit.inner);
    if (unit.state === 'waiting') waits.push(unit);
  }
  waits.sort((one, other) => orderOf(one) - orderOf(other));
  for (const unit of waits) takeUpWait(run, unit);
  if (run.startedAt && run.root.unended === 0) announce(run, run.root);
}

/** A pattern is opened again by the next turn; a frame may have been left without time to be finished. */
function takeUpInside(run: WorkflowRun, unit: Unit, inner: Holder): void {
  if (inner.kind === 'group' || inner.unended === 0) announce(run, inner);
  setTimer(run, unit);
}

function takeUpWait(run: WorkflowRun, unit: Unit): void {
  const { body, memo } = unit;
  if (body.kind === 'wait' && body.signal !== undefined) listWait(run, unit, body.signal);
  if (memo?.due !== undefined) unit.wakesAt = Date.parse(memo.due);
  if (unit.wakesAt !== null) run.timers.add(unit, unit.wakesAt);
  setTimer(run, unit);
}

function setTimer(run: WorkflowRun, unit: Unit): void {
  unit.timesOutAt = timeOutOf(unit);
  if (unit.timesOutAt !== null) run.timers.add(unit, unit.timesOutAt);
}

function announce(run: WorkflowRun, holder: Holder): void {
  holder.hasNews = true;
  run.news.push(holder);
}

function orderOf({ memo }: Unit): number {
  return memo?.order ?? 0;
}
