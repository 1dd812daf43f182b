import { type JsonSchema } from '@baton/contracts';

/**
 * What a subscriber wants to hear: the filter dialects of the CloudEvents subscriptions API, and two more: `headers`
 * compares headers of the AMQP message, `jsonata` is true or false of `{id, source, type, subject, …, data, headers}`.
 */
export type MessageFilter =
  | { readonly exact: Readonly<Record<string, string>> }
  | { readonly prefix: Readonly<Record<string, string>> }
  | { readonly suffix: Readonly<Record<string, string>> }
  | { readonly all: readonly MessageFilter[] }
  | { readonly any: readonly MessageFilter[] }
  | { readonly not: MessageFilter }
  | { readonly headers: Readonly<Record<string, string>> }
  | { readonly jsonata: string };

/** What one filter may cost. Evaluation never yields to other work: `timeMs` is how long a bad one holds the process. */
export const filterLimits = {
  /** Filters within filters, the outermost counted. */
  depth: 8,
  /** Comparisons, expressions and combinations together. */
  parts: 100,
  /** Of a text to compare with, and of the name of a header, in characters. */
  textLength: 1000,
  headerLength: 255,
  expressions: 4,
  expressionLength: 4000,
  /** Of one expression on one message. */
  timeMs: 500,
  stack: 500,
  /** Elements of any list an expression makes on the way; characters of any text. */
  items: 100_000,
  characters: 2 * 1024 * 1024,
} as const;

/** Names of CloudEvents attributes; `data` is none. */
export const attributePattern = '^(?!data$)[a-z0-9]{1,40}$';

const comparisons = (names: JsonSchema): JsonSchema => ({
  type: 'object',
  minProperties: 1,
  maxProperties: filterLimits.parts,
  propertyNames: names,
  additionalProperties: { type: 'string', minLength: 1, maxLength: filterLimits.textLength },
});
const attributes = comparisons({ pattern: attributePattern });
const nested: JsonSchema = { $ref: '#' };
const several: JsonSchema = { type: 'array', minItems: 1, maxItems: filterLimits.parts, items: nested };

/** The shape of a filter as JSON Schema. Bounds on the whole (depth, parts, expressions) are beyond a schema. */
export const messageFilterSchema: JsonSchema = {
  $id: 'urn:baton:message-filter',
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: {
    exact: attributes,
    prefix: attributes,
    suffix: attributes,
    all: several,
    any: several,
    not: nested,
    headers: comparisons({ minLength: 1, maxLength: filterLimits.headerLength }),
    jsonata: { type: 'string', minLength: 1, maxLength: filterLimits.expressionLength },
  },
};
