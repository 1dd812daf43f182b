import {
  type JsonObject,
  type JsonValue,
  type MessageKind,
  type PauseMode,
  type WorkflowCreate,
  workflowsCancel,
  workflowsCreate,
  workflowsCreated,
  workflowsGet,
  workflowsPause,
  workflowsRerun,
  workflowsResume,
  workflowsRetry,
  workflowsSignal,
  workflowsStart,
  workflowsStarted,
  workflowsState,
} from '@baton/contracts';
import { bodyCheck } from '../api/http/check-body';
import { KnownIdPipe } from '../api/http/known-id.pipe';
import { checkSource } from '../api/workflows/workflow-bodies';
import { type Role } from '../auth/principal';
import { type Asker } from '../workflows/workflow-control';
import { type WorkflowService } from '../workflows/workflow-service';
import { type DoorRequest } from './door-request';
import { eventKey } from './event-key';

const checkCreate = bodyCheck<WorkflowCreate>(workflowsCreate.schema);
const knownId = new KnownIdPipe('WORKFLOW_NOT_FOUND', 'Workflow');
const operators: readonly Role[] = ['operator'];

/** What services may ask of workflows. */
export function workflowRequests(workflows: WorkflowService): DoorRequest[] {
  return [
    {
      kind: workflowsCreate,
      reply: workflowsCreated,
      roles: operators,
      repeatable: false,
      carryOut: ({ event, actor }) => {
        const create = checkCreate(event.data);
        checkSource(create);
        return workflows.createJson(create, actor);
      },
    },
    action<{ input?: JsonObject }>([workflowsStart, workflowsStarted], (id, by, { input }) =>
      workflows.start(id, { input }, by),
    ),
    action<{ running?: PauseMode }>([workflowsPause, workflowsState], (id, by, { running }) =>
      workflows.pause(id, by, running),
    ),
    action([workflowsResume, workflowsState], (id, by) => workflows.resume(id, by)),
    action<{ reason?: string }>([workflowsCancel, workflowsState], (id, by, { reason }) =>
      workflows.cancel(id, by, reason),
    ),
    action([workflowsRetry, workflowsState], (id, by) => workflows.retry(id, by)),
    action<{ from: string }>([workflowsRerun, workflowsState], (id, by, { from }) => workflows.rerun(id, from, by)),
    action<{ name: string; payload?: JsonValue }>([workflowsSignal, workflowsState], (id, by, { name, payload }) =>
      workflows.signal(id, name, payload ?? null, by),
    ),
    { ...action([workflowsGet, workflowsState], (id) => workflows.json(id)), roles: ['viewer'] },
  ];
}

/** Source and id of the event are its key: what the broker delivers twice is done once. */
function action<Body>(
  [kind, reply]: readonly [MessageKind<unknown>, MessageKind<unknown>],
  carryOut: (id: string, by: Asker, body: Body) => Promise<string>,
): DoorRequest {
  const check = bodyCheck<Body & { readonly id: string }>(kind.schema);
  return {
    kind,
    reply,
    roles: operators,
    repeatable: true,
    carryOut: async ({ event, actor }) => {
      const body = check(event.data);
      return carryOut(knownId.transform(body.id), { actor, key: eventKey(event) }, body);
    },
  };
}
