import { type JsonObject, submitLimits, taskResourcesSchema, versionRangeSchema } from '@baton/contracts';

/** Schemas by field; a name that ends in `!` is required. */
export type Fields = Readonly<Record<string, JsonObject>>;

export const name: JsonObject = { type: 'string', minLength: 1, maxLength: 200 };
export const expression: JsonObject = { type: 'string', minLength: 1, maxLength: 20_000 };
export const seconds: JsonObject = { type: 'number', exclusiveMinimum: 0, maximum: 31_536_000 };
export const amount: JsonObject = { type: 'number', minimum: 0, maximum: 1e15 };

export const whole = (minimum: number, maximum: number): JsonObject => ({ type: 'integer', minimum, maximum });

/** An object with these fields and no others. `title` is what messages call it. */
export function closed(fields: Fields, more: JsonObject): JsonObject {
  const required = Object.keys(fields).filter((field) => field.endsWith('!'));
  const properties = Object.entries(fields).map(([field, schema]) => [field.replace('!', ''), schema] as const);
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 && { required: required.map((field) => field.slice(0, -1)) }),
    properties: Object.fromEntries(properties),
    ...more,
  };
}

/** Text is one thing, everything else another: only one of them tells its faults. */
export function textOr(text: JsonObject, other: JsonObject, description: string): JsonObject {
  return { description, if: { type: 'string' }, then: text, else: other };
}

const retry = closed(
  {
    maxRetries: whole(0, 100),
    initialMs: whole(0, 3_600_000),
    factor: { type: 'number', minimum: 1, maximum: 100 },
    maxMs: whole(0, 86_400_000),
    jitter: { type: 'number', minimum: 0, maximum: 1 },
    nonRetryable: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 100 },
      maxItems: submitLimits.codes,
    },
    maxElapsedSeconds: { type: 'number', exclusiveMinimum: 0, maximum: 31_536_000 },
  },
  {
    title: 'retry',
    description: 'How often and when a failed attempt is tried again; attempts of the same step share one receipt.',
  },
);

/** Referred to by name in the published schema. */
export const sharedFields = { retry };

const id: JsonObject = {
  type: 'string',
  pattern: '^[A-Za-z_][A-Za-z0-9_-]{0,99}$',
  description: 'Letters, digits, _ and -. An id with - is written steps.`my-id` in expressions.',
};

export const timeoutSeconds: JsonObject = {
  type: 'number',
  exclusiveMinimum: 0,
  maximum: 604_800,
  description: 'Of a task: per attempt. Of anything else: from its start to its end.',
};

/** What every step may say. */
export const anyStep: Fields = {
  'id!': id,
  needs: {
    type: 'array',
    items: { type: 'string' },
    description: 'Steps that must end first; those in expressions are inferred.',
  },
  when: { ...expression, description: 'The step is skipped when this is false, null, 0 or empty.' },
  forEach: { ...expression, description: 'A list: the step runs once per element, with item and index in scope.' },
  concurrency: { ...whole(1, 100_000), description: 'Elements of forEach at once; default: all.' },
  optional: { type: 'boolean', description: 'Its failure gives the output null and does not fail the run.' },
  timeoutSeconds,
};

/** How tasks are run. */
export const taskTerms: Fields = {
  retry: { $ref: '#/definitions/retry' },
  priority: whole(0, 9),
  tags: { type: 'array', items: name, maxItems: submitLimits.tags, description: 'Only agents that carry all of them.' },
  version: { ...versionRangeSchema, description: 'A range of versions of the capability: ^1.2, 1.x, >=2 <4.' },
  resources: {
    ...taskResourcesSchema,
    title: 'resources',
    description: 'Only agents that declared as much and have it left.',
  },
  fallback: {
    type: 'array',
    items: name,
    maxItems: submitLimits.fallbacks,
    description: 'Capabilities tried in this order when it fails for good.',
  },
  cost: { ...amount, description: 'Cost units reserved in the budget until the task reports its own.' },
};

export const input: JsonObject = { description: 'Any JSON; ${{ … }} inside holds JSONata. Default: null.' };
export const output: JsonObject = {
  description: 'Any JSON; ${{ … }} inside holds JSONata, which sees the steps inside.',
};
