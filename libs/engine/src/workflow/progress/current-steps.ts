import { type CurrentStep, currentStepLimit } from '@baton/contracts';
import { type Unit } from '../run/unit';
import { unitsOf, type WorkflowRun } from '../run/workflow-run';

/** What runs now, the longest first; of what has something inside, that. Looks at every unit of the run. */
export function currentSteps(run: WorkflowRun): CurrentStep[] {
  const current: (Unit & { readonly startedAt: Date })[] = [];
  for (const unit of unitsOf(run)) if (isCurrent(unit)) current.push(unit);
  current.sort((one, other) => one.startedAt.getTime() - other.startedAt.getTime());
  return current.slice(0, currentStepLimit).map(({ key, state, body, startedAt }) => ({
    id: key,
    state,
    capability: body.kind === 'task' ? body.capability : null,
    startedAt: startedAt.toISOString(),
  }));
}

function isCurrent(unit: Unit): unit is Unit & { readonly startedAt: Date } {
  return isUnderWay(unit) && !unit.inner?.units.some(isUnderWay);
}

function isUnderWay({ startedAt, finishedAt }: Unit): boolean {
  return startedAt !== null && finishedAt === null;
}
