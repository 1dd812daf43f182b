import { type StepDocument, type Workflow } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { type WorkflowService } from '../src/workflows/workflow-service';

export function step(id: string, capability: string, more: Partial<StepDocument> = {}): StepDocument {
  return { id, capability, ...more };
}

/** The workflow, once it has ended. */
export function ended(service: WorkflowService, id: string): Promise<Workflow> {
  return eventually(async () => {
    const workflow = await service.get(id);
    expect(workflow.finishedAt).not.toBeNull();
    return workflow;
  });
}

export function statesOf(workflow: Workflow): Record<string, string> {
  return Object.fromEntries(workflow.steps.map((each) => [each.id, each.state]));
}
