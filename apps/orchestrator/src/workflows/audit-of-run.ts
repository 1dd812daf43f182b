import { type FinalWorkflowState, finalWorkflowStates, type WorkflowState } from '@baton/contracts';
import { type WorkflowDecision } from '@baton/engine';
import { type SavedMove } from '@baton/persistence';

/** Who does what nobody asked for. */
export const ACTOR = 'orchestrator';

/**
 * A decision as entries of the run's audit. The first transition is what was asked for; what follows from it is the
 * orchestrator's doing. What was decided inside the run comes before its end and changes no state: `reason` says what,
 * `details` in which step and why.
 */
export function movesOf(
  { transitions, notes }: Pick<WorkflowDecision, 'transitions' | 'notes'>,
  before: WorkflowState,
  actor: string,
): SavedMove[] {
  const moves = transitions.map((move, index) => ({ ...move, actor: index === 0 ? actor : ACTOR, details: null }));
  const last = moves.at(-1);
  const place = last && isFinal(last.to) ? moves.length - 1 : moves.length;
  const state = moves[place - 1]?.to ?? before;
  const decided = notes.map(({ key, what, details }) => ({
    ...{ from: state, to: state, actor: ACTOR, reason: what },
    details: JSON.stringify({ step: key, ...details }),
  }));
  return [...moves.slice(0, place), ...decided, ...moves.slice(place)];
}

function isFinal(state: WorkflowState): state is FinalWorkflowState {
  return (finalWorkflowStates as readonly WorkflowState[]).includes(state);
}
