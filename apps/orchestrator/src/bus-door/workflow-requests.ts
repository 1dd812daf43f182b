import {
  type JsonObject,
  type WorkflowCreate,
  workflowsCreate,
  workflowsCreated,
  workflowsStart,
  workflowsStarted,
} from '@baton/contracts';
import { bodyCheck } from '../api/http/check-body';
import { KnownIdPipe } from '../api/http/known-id.pipe';
import { type WorkflowService } from '../workflows/workflow-service';
import { type DoorRequest } from './door-request';

const checkCreate = bodyCheck<WorkflowCreate>(workflowsCreate.schema);
const checkStart = bodyCheck<{ id: string; input?: JsonObject }>(workflowsStart.schema);
const knownId = new KnownIdPipe('WORKFLOW_NOT_FOUND', 'Workflow');

/** What services may ask of workflows. */
export function workflowRequests(workflows: WorkflowService): DoorRequest[] {
  return [
    {
      kind: workflowsCreate,
      reply: workflowsCreated,
      roles: ['operator'],
      repeatable: false,
      carryOut: async ({ event, actor }) => JSON.stringify(await workflows.create(checkCreate(event.data), actor)),
    },
    {
      kind: workflowsStart,
      reply: workflowsStarted,
      roles: ['operator'],
      repeatable: true,
      carryOut: async ({ event, actor }) => {
        const { id, input } = checkStart(event.data);
        return JSON.stringify(await workflows.start(knownId.transform(id), { input }, actor));
      },
    },
  ];
}
