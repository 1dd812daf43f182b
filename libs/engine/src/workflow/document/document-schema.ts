import { type JsonObject, submitLimits, taskResourcesSchema, versionRangeSchema } from '@baton/contracts';

/** Beyond these a document is refused when it is created. */
export const documentLimits = { steps: 10_000, jsonLength: 8 * 1024 * 1024, faults: 100 } as const;

const name = { type: 'string', minLength: 1, maxLength: 200 };
const expression = { type: 'string', minLength: 1, maxLength: 20_000 };

const retry: JsonObject = {
  type: 'object',
  description: 'How often and when a failed attempt is tried again; attempts of the same step share one receipt.',
  additionalProperties: false,
  properties: {
    maxRetries: { type: 'integer', minimum: 0, maximum: 100 },
    initialMs: { type: 'integer', minimum: 0, maximum: 3_600_000 },
    factor: { type: 'number', minimum: 1, maximum: 100 },
    maxMs: { type: 'integer', minimum: 0, maximum: 86_400_000 },
    jitter: { type: 'number', minimum: 0, maximum: 1 },
    nonRetryable: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 100 },
      maxItems: submitLimits.codes,
    },
    maxElapsedSeconds: { type: 'number', exclusiveMinimum: 0, maximum: 31_536_000 },
  },
};

const step: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'capability'],
  properties: {
    id: {
      type: 'string',
      pattern: '^[A-Za-z_][A-Za-z0-9_-]{0,99}$',
      description: 'Letters, digits, _ and -. An id with - is written steps.`my-id` in expressions.',
    },
    capability: name,
    input: { description: 'Any JSON; ${{ … }} inside holds JSONata. Default: null.' },
    needs: {
      type: 'array',
      items: { type: 'string' },
      description: 'Steps that must end first; those in expressions are inferred.',
    },
    when: { ...expression, description: 'The step is skipped when this is false, null, 0 or empty.' },
    forEach: { ...expression, description: 'A list: the step runs once per element, with item and index in scope.' },
    concurrency: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000,
      description: 'Elements of forEach at once; default: all.',
    },
    retry,
    timeoutSeconds: { type: 'number', exclusiveMinimum: 0, maximum: 604_800 },
    priority: { type: 'integer', minimum: 0, maximum: 9 },
    tags: { type: 'array', items: name, maxItems: 20 },
    version: { ...versionRangeSchema, description: 'A range of versions of the capability: ^1.2, 1.x, >=2 <4.' },
    resources: { ...taskResourcesSchema, description: 'Only agents that declared as much and have it left.' },
    optional: { type: 'boolean', description: 'Its failure gives the output null and does not fail the run.' },
    fallback: {
      type: 'array',
      items: name,
      maxItems: 5,
      description: 'Capabilities tried in this order when it fails for good.',
    },
  },
};

/** The published schema of a workflow document. What it cannot say (references, cycles) `compileWorkflow` checks. */
export const workflowDocumentSchema: JsonObject = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://baton.dev/schemas/workflow.json',
  title: 'Baton workflow document',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'steps'],
  properties: {
    name,
    description: { type: 'string', maxLength: 10_000 },
    input: { type: 'object', description: "Defaults of the run's input." },
    onFailure: { enum: ['fail-fast', 'continue'], description: 'Default: fail-fast.' },
    output: { description: 'Evaluated when the run ends. Default: the outputs of the steps nobody needs, by id.' },
    steps: { type: 'array', minItems: 1, maxItems: documentLimits.steps, items: step },
  },
};
