import { type JsonObject } from '@baton/contracts';
import { startRoots } from './start-unit';
import { cancelTask } from './stop';
import { type Turn } from './turn';
import { type Holder } from './unit';
import { isActive } from './unit-state';
import { unitsOf } from './workflow-run';

export function startRun(turn: Turn, input: JsonObject = {}): void {
  const { run } = turn;
  run.input = { ...run.input, ...input };
  run.startedAt = turn.now;
  run.clockFrom = turn.now;
  turn.moveRun('running', null);
  startRoots(turn, run.root.units);
}

/** `cancel`: tasks under way are taken back and go out again on resume, as if they had never been. */
export function pauseRun(turn: Turn, running: 'finish' | 'cancel' = 'finish'): void {
  turn.moveRun('paused', running === 'cancel' ? 'running tasks are canceled' : null);
  if (running === 'finish') return;
  for (const unit of unitsOf(turn.run)) {
    if (!isActive(unit)) continue;
    cancelTask(turn, unit, 'The workflow is paused.');
    unit.startedAt = null;
    turn.makeReady(unit);
  }
}

export function resumeRun(turn: Turn): void {
  turn.moveRun('running', 'resumed');
  announceCalls(turn, turn.run.root);
}

/** Calls for bids have waited for this. */
function announceCalls(turn: Turn, holder: Holder): void {
  if (holder.kind === 'group' && holder.call) turn.announce(holder);
  for (const { inner } of holder.underWay) announceCalls(turn, inner as Holder);
}
