import { type JsonObject, type JsonValue, type WorkflowState } from '@baton/contracts';
import { type Bid } from '../patterns/pattern';
import { makeReady } from './end-node';
import { retryRun } from './retry-run';
import { settle } from './settle';
import { stopRun } from './stop-run';
import { applyTaskEnded, type TaskEndedEvent } from './task-ended';
import { type Given, Turn, type WorkflowDecision } from './turn';
import { type WorkflowRun } from './workflow-run';

export type WorkflowAction = 'start' | 'pause' | 'resume' | 'cancel' | 'retry' | 'rerun' | 'signal';

export type WorkflowEvent =
  | { readonly kind: 'start'; readonly input?: JsonObject }
  /** Tasks under way finish (default), or are canceled and submitted again on `resume`. */
  | { readonly kind: 'pause'; readonly running?: 'finish' | 'cancel' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'retry' }
  /** Of an ended run: this step and all that depends on it run again; what does not keeps its receipts. */
  | { readonly kind: 'rerun'; readonly from: string }
  /** Kept until a step waits for it; of one name the first wait takes the first signal. */
  | { readonly kind: 'signal'; readonly name: string; readonly payload: JsonValue }
  /** Starts what is ready and fires what is due at `given.now`. Every other event does so too. */
  | { readonly kind: 'continue' }
  /** Bids for the call of the step `key`; `closed`: no more will come. */
  | {
      readonly kind: 'bids';
      readonly key: string;
      readonly callId: string;
      readonly bids: readonly Bid[];
      readonly closed: boolean;
    }
  | TaskEndedEvent;

/** The states in which an action has an effect; in any other its event changes nothing. */
export const actionStates: Readonly<Record<WorkflowAction, readonly WorkflowState[]>> = {
  start: ['created'],
  pause: ['running'],
  resume: ['paused'],
  cancel: ['created', 'running', 'paused'],
  retry: ['failed', 'partial', 'canceled'],
};

/**
 * What follows from an event. Pure but for `run`, which it changes in place: an event costs what it touches, not the
 * size of the graph. Events may come twice, late or in any order. Asynchronous only because JSONata is.
 *
 * W1 Only the task a step waits for can end it. W2 A receipt is never lost and never made twice.
 * W3 A step starts after all its needs have passed, and never in a paused or ended run.
 */
export async function advance(run: WorkflowRun, event: WorkflowEvent, given: Given): Promise<WorkflowDecision> {
  const turn = new Turn(run, given);
  if (event.kind === 'task-ended') applyTaskEnded(turn, event);
  else if (event.kind !== 'continue' && actionStates[event.kind].includes(run.state)) act(turn, event);
  await settle(turn);
  return turn;
}

function act(turn: Turn, event: Extract<WorkflowEvent, { kind: WorkflowAction }>): void {
  switch (event.kind) {
    case 'start':
      return startRun(turn, event.input);
    case 'pause':
      return turn.moveRun('paused', null);
    case 'resume':
      return turn.moveRun('running', 'resumed');
    case 'cancel':
      return stopRun(turn, 'canceled', { code: 'CANCELED', message: event.reason, retryable: false });
    case 'retry':
      return retryRun(turn);
  }
}

function startRun(turn: Turn, input: JsonObject = {}): void {
  const { run } = turn;
  run.input = { ...run.input, ...input };
  run.startedAt = turn.now;
  turn.moveRun('running', null);
  for (const nodeRun of run.nodes) if (nodeRun.waitingFor === 0) makeReady(turn, nodeRun);
}
