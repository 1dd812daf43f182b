import { type JsonObject, type WorkflowState } from '@baton/contracts';
import { pauseRun, resumeRun, startRun } from './control';
import { rerunFlaw, rerunFrom, retryRun } from './retry-run';
import { catchUp, settle } from './settle';
import { stopRun } from './stop';
import { applyTaskEnded, type TaskEndedEvent } from './task-ended';
import { applyTaskNews, type TaskAssignedEvent, type TaskReturnedEvent } from './task-news';
import { applyBids, type BidsEvent } from './tend-group';
import { type Given, Turn, type WorkflowDecision } from './turn';
import { type Signal } from './unit';
import { applySignal } from './waits';
import { type WorkflowRun } from './workflow-run';

export type WorkflowAction = 'start' | 'pause' | 'resume' | 'cancel' | 'retry' | 'rerun' | 'signal';

type ActionEvent =
  | { readonly kind: 'start'; readonly input?: JsonObject }
  /** Tasks under way finish (default), or are canceled and submitted again on `resume`. */
  | { readonly kind: 'pause'; readonly running?: 'finish' | 'cancel' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'retry' }
  /** Of an ended run: this step and all that depends on it run again; what does not keeps its receipts. */
  | { readonly kind: 'rerun'; readonly from: string }
  /** Kept until a step waits for it; of one name the first wait takes the first signal. */
  | ({ readonly kind: 'signal' } & Signal);

export type WorkflowEvent =
  | ActionEvent
  /** Starts what is ready and fires what is due at `given.now`. Every other event does so too. */
  | { readonly kind: 'continue' }
  | BidsEvent
  | TaskEndedEvent
  | TaskReturnedEvent
  | TaskAssignedEvent;

/** The states in which an action has an effect; in any other its event changes nothing. */
export const actionStates: Readonly<Record<WorkflowAction, readonly WorkflowState[]>> = {
  start: ['created'],
  pause: ['running'],
  resume: ['paused'],
  cancel: ['created', 'running', 'paused'],
  retry: ['failed', 'partial', 'canceled'],
  rerun: ['completed', 'failed', 'partial', 'canceled'],
  signal: ['created', 'running', 'paused'],
};

/** Why an action changes nothing although the run is in a state for it; undefined: it does. */
export function actionFlaw(run: WorkflowRun, event: WorkflowEvent): string | undefined {
  return event.kind === 'rerun' ? rerunFlaw(run, event.from) : undefined;
}

/**
 * What follows from an event. Pure but for `run`, which it changes in place: an event costs what it touches, not the
 * size of the graph. Events may come twice, late or in any order. Asynchronous only because JSONata is.
 *
 * W1 Only the task a unit waits for can end it. W2 A receipt is never lost, and never made twice but by a rerun.
 * W3 A step starts after all its needs have passed, and nothing starts in a paused or ended run.
 */
export async function advance(run: WorkflowRun, event: WorkflowEvent, given: Given): Promise<WorkflowDecision> {
  const turn = new Turn(run, given);
  await catchUp(turn);
  if (event.kind === 'task-ended') applyTaskEnded(turn, event);
  else if (event.kind === 'bids') await applyBids(turn, event);
  else if (event.kind === 'task-returned' || event.kind === 'task-assigned') await applyTaskNews(turn, event);
  else if (event.kind !== 'continue' && actionStates[event.kind].includes(run.state)) act(turn, event);
  await settle(turn);
  return turn;
}

function act(turn: Turn, event: ActionEvent): void {
  switch (event.kind) {
    case 'start':
      return startRun(turn, event.input);
    case 'pause':
      return pauseRun(turn, event.running);
    case 'resume':
      return resumeRun(turn);
    case 'cancel':
      return stopRun(turn, 'canceled', { code: 'CANCELED', message: event.reason, retryable: false });
    case 'retry':
      return retryRun(turn);
    case 'rerun':
      return rerunFrom(turn, event.from);
    case 'signal':
      return applySignal(turn, event);
  }
}
