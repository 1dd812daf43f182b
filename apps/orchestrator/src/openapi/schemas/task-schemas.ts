import {
  type JsonObject,
  submitSchema,
  taskBatchSchema,
  taskCancelSchema,
  taskPhases,
  taskStates,
} from '@baton/contracts';
import { anObject, answer, anything, id, integer, list, number, oneOf, orNull, page, ref, text, time } from './parts';

const error = answer({ code: text, message: text, retryable: { type: 'boolean' }, 'stack?': text });

const task = answer({
  id,
  capability: text,
  version: orNull(text),
  state: oneOf(taskStates),
  phase: orNull(oneOf(taskPhases)),
  progress: orNull(number),
  attempt: integer,
  agentId: orNull(id),
  input: anything,
  output: anything,
  error: orNull(ref('TaskError')),
  priority: { type: 'integer', minimum: 0, maximum: 9 },
  timeoutSeconds: number,
  maxRetries: integer,
  retry: orNull(anObject),
  runAt: orNull(time),
  deadline: orNull(time),
  targetAgentId: orNull(id),
  tags: list(text),
  resources: orNull(anObject),
  concurrencyKey: orNull(text),
  concurrencyLimit: orNull(integer),
  rateLimitKey: orNull(text),
  rateLimit: orNull(answer({ limit: integer, perSeconds: number })),
  idempotencyKey: orNull(text),
  fallback: list(text),
  optional: { type: 'boolean' },
  metadata: anObject,
  workflowId: orNull(id),
  stepId: orNull(text),
  createdAt: time,
  assignedAt: orNull(time),
  startedAt: orNull(time),
  finishedAt: orNull(time),
});

const historyEntry = answer({
  at: time,
  from: orNull(text),
  to: text,
  attempt: integer,
  agentId: orNull(id),
  actor: text,
  reason: orNull(text),
  details: orNull(anObject),
});

export const taskSchemas = {
  Submit: {
    ...submitSchema,
    description: 'A task to be done. Give either runAt or delaySeconds.',
    examples: [{ capability: 'probe.echo', input: { hello: 'mesh' }, priority: 7 }],
  },
  TaskBatch: { ...taskBatchSchema, examples: [{ tasks: [{ capability: 'probe.echo', input: 1 }] }] },
  TaskCancel: taskCancelSchema,
  TaskError: error,
  Task: task,
  TaskPage: page('Task'),
  TaskReferences: answer({ items: list(answer({ id, state: oneOf(taskStates) })) }),
  HistoryEntry: historyEntry,
  History: answer({ items: list(ref('HistoryEntry')) }),
  Why: answer({
    taskId: id,
    state: oneOf(taskStates),
    summary: text,
    waitingFor: list(answer({ what: text, detail: text })),
    assignment: orNull(anObject),
  }),
} satisfies Record<string, JsonObject>;
