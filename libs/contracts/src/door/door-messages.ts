import { type JsonObject } from '../json';
import { defineMessage } from '../message';
import { anyJson, name, object, record, text } from '../schema-parts';
import { type Submit, submitLimits, submitSchema } from '../task/submit';
import { type Task } from '../task/task';
import { type TaskState } from '../task/task-state';
import { type Workflow } from '../workflow/workflow';

/** Bodies of the task routes, the same over HTTP and RabbitMQ. */
export const taskBatchSchema: JsonObject = object({
  tasks: { type: 'array', minItems: 1, maxItems: submitLimits.batch, items: submitSchema },
});
const reason: JsonObject = { type: 'string', minLength: 1, maxLength: 500 };
export const taskCancelSchema: JsonObject = object({ 'reason?': reason });

/** Longest time a caller may wait for the end of a task, in seconds, whichever door it came by. */
export const maxWaitSeconds = 300;

/** A submission over RabbitMQ. */
export interface TaskSubmission extends Submit {
  /** Seconds: the reply is the finished task, or the unfinished one when the time is up. Left out: answered once stored. */
  readonly wait?: number;
}
export const taskSubmissionSchema: JsonObject = {
  ...submitSchema,
  properties: {
    ...(submitSchema.properties as JsonObject),
    wait: { type: 'number', minimum: 0, maximum: maxWaitSeconds },
  },
};

/** Tasks to be stored all or none. */
export interface TaskBatch {
  readonly tasks: readonly Submit[];
}
export interface TaskReferences {
  readonly items: readonly { readonly id: string; readonly state: TaskState }[];
}

/** Service → orchestrator (request, or durable without reply-to): do this. */
export const tasksSubmit = defineMessage<TaskSubmission | TaskBatch>({
  type: 'io.baton.tasks.submit.v1',
  summary: 'Store a task, or up to 1000 all or none, and answer after the commit or, with `wait`, when it ended.',
  schema: { anyOf: [taskSubmissionSchema, taskBatchSchema] },
});
export const tasksSubmitted = defineMessage<Task | TaskReferences>({
  type: 'io.baton.tasks.submitted.v1',
  summary: 'The task as it is stored, or the ids of a batch.',
  schema: record(anyJson),
});

/** Service → orchestrator (request). */
export const tasksGet = defineMessage<{ readonly id: string }>({
  type: 'io.baton.tasks.get.v1',
  summary: 'The task as it is now.',
  schema: object({ id: name }),
});
export const tasksFound = defineMessage<Task>({
  type: 'io.baton.tasks.found.v1',
  summary: 'The task that was asked for.',
  schema: record(anyJson),
});

/** Service → orchestrator (request, or durable without reply-to). */
export const tasksCancel = defineMessage<{ readonly id: string; readonly reason?: string }>({
  type: 'io.baton.tasks.cancel.v1',
  summary: 'Cancel a task; an agent that works on it is told.',
  schema: object({ id: name, 'reason?': reason }),
});
export const tasksCanceled = defineMessage<Task>({
  type: 'io.baton.tasks.canceled.v1',
  summary: 'The task after its cancellation.',
  schema: record(anyJson),
});

/** What a workflow is created from. */
export interface WorkflowCreate {
  readonly name?: string;
  /** A document, or its text in YAML or JSON. */
  readonly definition?: unknown;
  /** Instead of it: the name of a stored one, in this version or the newest. */
  readonly workflow?: string;
  readonly version?: number;
  readonly input?: JsonObject;
  readonly start?: boolean;
}

/** Service → orchestrator (request). */
export const workflowsCreate = defineMessage<WorkflowCreate>({
  type: 'io.baton.workflows.create.v1',
  summary: 'Create a workflow, and start it if asked to.',
  schema: object({
    'name?': name,
    'definition?': { anyOf: [{ type: 'object' }, text] },
    'workflow?': name,
    'version?': { type: 'integer', minimum: 1 },
    'input?': record(anyJson),
    'start?': { type: 'boolean' },
  }),
});
export const workflowsCreated = defineMessage<Workflow>({
  type: 'io.baton.workflows.created.v1',
  summary: 'The workflow that was created.',
  schema: record(anyJson),
});

/** Service → orchestrator (request). */
export const workflowsStart = defineMessage<{ readonly id: string; readonly input?: JsonObject }>({
  type: 'io.baton.workflows.start.v1',
  summary: 'Start a workflow; `input` overrides field by field.',
  schema: object({ id: name, 'input?': record(anyJson) }),
});
export const workflowsStarted = defineMessage<Workflow>({
  type: 'io.baton.workflows.started.v1',
  summary: 'The workflow once the brain has taken it up.',
  schema: record(anyJson),
});
