import { type JsonObject, submitLimits, submitSchema } from '@baton/contracts';

/** Bodies of the task routes, as JSON Schema: compiled once, checked in microseconds. */
export const taskBatchSchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['tasks'],
  properties: { tasks: { type: 'array', minItems: 1, maxItems: submitLimits.batch, items: submitSchema } },
};

export const taskCancelSchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: { reason: { type: 'string', minLength: 1, maxLength: 500 } },
};
