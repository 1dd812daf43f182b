import { type JsonObject, type JsonValue } from '../json';
import { defineMessage } from '../message';
import { anyJson, name, object, oneOf, record, text } from '../schema-parts';
import { type Workflow } from '../workflow/workflow';

/** What becomes of tasks under way when their run is paused: they finish, or are canceled and start again on resume. */
export const pauseModes = ['finish', 'cancel'] as const;
export type PauseMode = (typeof pauseModes)[number];

/** Bodies of the workflow routes, the same over HTTP and RabbitMQ. */
export const workflowStartSchema: JsonObject = object({ 'input?': record(anyJson) });
export const workflowPauseSchema: JsonObject = object({ 'running?': oneOf(pauseModes) });
export const workflowCancelSchema: JsonObject = object({ 'reason?': { ...text, minLength: 1, maxLength: 500 } });
export const workflowRerunSchema: JsonObject = object({ from: name });

interface OfWorkflow {
  readonly id: string;
}
function ofWorkflow(rest: JsonObject = object({})): JsonObject {
  const { properties, required } = rest as { properties: JsonObject; required: string[] };
  return { ...rest, properties: { id: name, ...properties }, required: ['id', ...required] };
}

/** Service → orchestrator (request): the run as it is. */
export const workflowsGet = defineMessage<OfWorkflow>({
  type: 'io.baton.workflows.get.v1',
  summary: 'The workflow as it is now.',
  schema: ofWorkflow(),
});

/** Service → orchestrator (request): nothing new starts. */
export const workflowsPause = defineMessage<OfWorkflow & { readonly running?: PauseMode }>({
  type: 'io.baton.workflows.pause.v1',
  summary: 'Pause a workflow; what runs finishes, or with `running: cancel` is canceled and starts again on resume.',
  schema: ofWorkflow(workflowPauseSchema),
});

/** Service → orchestrator (request). */
export const workflowsResume = defineMessage<OfWorkflow>({
  type: 'io.baton.workflows.resume.v1',
  summary: 'Go on after a pause.',
  schema: ofWorkflow(),
});

/** Service → orchestrator (request). */
export const workflowsCancel = defineMessage<OfWorkflow & { readonly reason?: string }>({
  type: 'io.baton.workflows.cancel.v1',
  summary: 'Cancel a workflow; agents that work on it are told.',
  schema: ofWorkflow(workflowCancelSchema),
});

/** Service → orchestrator (request). */
export const workflowsRetry = defineMessage<OfWorkflow>({
  type: 'io.baton.workflows.retry.v1',
  summary: 'Run the failed, stopped and blocked steps again.',
  schema: ofWorkflow(),
});

/** Service → orchestrator (request). */
export const workflowsRerun = defineMessage<OfWorkflow & { readonly from: string }>({
  type: 'io.baton.workflows.rerun.v1',
  summary: 'Run a step and all that depends on it again.',
  schema: ofWorkflow(workflowRerunSchema),
});

/** Service → orchestrator (request). `name`: of the signal. */
export const workflowsSignal = defineMessage<OfWorkflow & { readonly name: string; readonly payload?: JsonValue }>({
  type: 'io.baton.workflows.signal.v1',
  summary: 'Send a signal to a workflow: what waits for it goes on.',
  schema: ofWorkflow(object({ name, 'payload?': anyJson })),
});

/** The answer to each of them. */
export const workflowsState = defineMessage<Workflow>({
  type: 'io.baton.workflows.state.v1',
  summary: 'The workflow, after what was asked of it.',
  schema: record(anyJson),
});

/** Brain → a channel: something a run wants known while it goes on, for instance a swarm's best position. News only. */
export interface WorkflowTold {
  readonly workflowId: string;
  /** The step that tells it. */
  readonly step: string;
  readonly data: JsonValue;
}
export const workflowTold = defineMessage<WorkflowTold>({
  type: 'io.baton.workflow.told.v1',
  summary: 'News of a run that is under way.',
  schema: object({ workflowId: name, step: text, data: anyJson }),
});
