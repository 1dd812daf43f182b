import { type WorkflowId, workflowStepChanged } from '@baton/contracts';
import { type Bus, outgoing, routes } from '@baton/bus';
import { type StepChange } from '../workflows/step-changes';

/** Publishes what was started and ended in runs, one message per state. News only: losing it loses no fact. */
export function publishSteps(
  bus: Bus,
  changed: readonly { readonly run: { readonly id: WorkflowId }; readonly steps: readonly StepChange[] }[],
): void {
  const byState = new Map<string, ReturnType<typeof toNews>[]>();
  for (const { run, steps } of changed) {
    for (const step of steps) {
      const group = byState.get(step.state);
      if (group) group.push(toNews(run.id, step));
      else byState.set(step.state, [toNews(run.id, step)]);
    }
  }
  for (const [state, news] of byState) {
    void bus.publish(routes.event(`workflow.step.${state}`), news).catch(() => undefined);
  }
}

function toNews(workflowId: WorkflowId, { key: stepId, state, taskId, attempts, error }: StepChange) {
  return outgoing(workflowStepChanged, { workflowId, stepId, state, taskId, attempts, error }, { subject: workflowId });
}
