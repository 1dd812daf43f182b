import { fireNext, keepDeadline, nextWake } from './due';
import { finishFrame } from './finish-frame';
import { takeHeld } from './gate';
import { startUnit } from './start-unit';
import { tendGroup } from './tend-group';
import { type Turn } from './turn';
import { type Holder } from './unit';
import { type WorkflowRun } from './workflow-run';

/** Decides what can be decided and starts what can start, and ends the run when nothing is left. */
export async function settle(turn: Turn): Promise<void> {
  const { run } = turn;
  while (isUnderWay(run) && (await takeStep(turn)));
  const wakeAt = nextWake(run);
  if (wakeAt?.getTime() !== run.wakeAt?.getTime()) turn.touchesRun = true;
  run.wakeAt = wakeAt;
}

/** Decides what an earlier turn, or an earlier brain, has left to decide; patterns are opened again by this. */
export async function catchUp(turn: Turn): Promise<void> {
  while (isUnderWay(turn.run) && turn.run.news.length > 0 && turn.mayGoOn) await hearNews(turn);
}

function isUnderWay({ state }: WorkflowRun): boolean {
  return state === 'running' || state === 'paused';
}

/**
 * News first: what starts may need patterns that are opened by it, and a run that has done its work has met its
 * deadline. A paused run starts nothing and no time but its deadline is due. False: that is all for now.
 */
async function takeStep(turn: Turn): Promise<boolean> {
  const { run } = turn;
  if (run.news.length > 0) return turn.mayGoOn && (await hearNews(turn));
  if (keepDeadline(turn) || run.state === 'paused') return false;
  return fireNext(turn) || (await startNext(turn));
}

async function hearNews(turn: Turn): Promise<boolean> {
  const holder = turn.run.news.shift() as Holder;
  holder.hasNews = false;
  if (holder.kind === 'group') await tendGroup(turn, holder);
  else await finishFrame(turn, holder);
  return true;
}

async function startNext(turn: Turn): Promise<boolean> {
  const { ready, holding } = turn.run;
  if (ready.length + holding.size === 0 || !turn.mayGoOn) return false;
  const unit = takeHeld(turn) ?? ready.shift();
  if (!unit) return false;
  await startUnit(turn, unit);
  return true;
}
