import { type JsonObject, type WorkflowState } from '@baton/contracts';
import { makeReady } from './end-node';
import { retryRun } from './retry-run';
import { settle } from './settle';
import { stopRun } from './stop-run';
import { applyTaskEnded, type TaskEndedEvent } from './task-ended';
import { type Given, Turn, type WorkflowDecision } from './turn';
import { type WorkflowRun } from './workflow-run';

export type WorkflowAction = 'start' | 'pause' | 'resume' | 'cancel' | 'retry';

export type WorkflowEvent =
  | { readonly kind: 'start'; readonly input?: JsonObject }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'retry' }
  | { readonly kind: 'continue' }
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
