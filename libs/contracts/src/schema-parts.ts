import { type JsonObject, type JsonSchema } from './json';

/** Parts that message schemas are built from. */
export const uuid: JsonObject = { type: 'string', format: 'uuid' };
export const dateTime: JsonObject = { type: 'string', format: 'date-time' };
export const text: JsonObject = { type: 'string' };
export const name: JsonObject = { type: 'string', minLength: 1, maxLength: 200 };
export const count: JsonObject = { type: 'integer', minimum: 0 };
export const anyJson: JsonObject = {};

/** An object that refuses unknown fields. Names ending in `?` are optional. */
export function object(properties: Record<string, JsonSchema>): JsonObject {
  const required = Object.keys(properties).filter((key) => !key.endsWith('?'));
  const named = Object.entries(properties).map(([key, schema]) => [key.replace(/\?$/, ''), schema] as const);
  return { type: 'object', additionalProperties: false, required, properties: Object.fromEntries(named) };
}

export function list(items: JsonSchema, maxItems = 10_000): JsonObject {
  return { type: 'array', items, maxItems };
}

export function record(values: JsonSchema): JsonObject {
  return { type: 'object', additionalProperties: values };
}

export function oneOf(values: readonly string[]): JsonObject {
  return { type: 'string', enum: [...values] };
}

export function nullable(schema: JsonObject): JsonObject {
  return { anyOf: [schema, { type: 'null' }] };
}
