import { type JsonObject } from '@baton/contracts';

/** Parts the schemas of the document are made of. Answers may get more fields over time, so these are open. */
export const text: JsonObject = { type: 'string' };
export const integer: JsonObject = { type: 'integer' };
export const number: JsonObject = { type: 'number' };
export const flag: JsonObject = { type: 'boolean' };
export const id: JsonObject = { type: 'string', format: 'uuid' };
export const time: JsonObject = { type: 'string', format: 'date-time' };
export const anything: JsonObject = {};
export const anObject: JsonObject = { type: 'object', additionalProperties: true };

export function ref(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

export function list(items: JsonObject): JsonObject {
  return { type: 'array', items };
}

export function orNull(schema: JsonObject): JsonObject {
  return { anyOf: [schema, { type: 'null' }] };
}

export function oneOf(values: readonly string[]): JsonObject {
  return { type: 'string', enum: [...values] };
}

/** Names that end in `?` may be absent. */
export function answer(properties: Readonly<Record<string, JsonObject>>, description?: string): JsonObject {
  const entries = Object.entries(properties);
  const required = entries.map(([name]) => name).filter((name) => !name.endsWith('?'));
  const named = Object.fromEntries(entries.map(([name, schema]) => [name.replace(/\?$/, ''), schema]));
  return { type: 'object', ...(description ? { description } : {}), required, properties: named };
}

/** A page of a list. */
export function page(of: string): JsonObject {
  return answer({ items: list(ref(of)), nextCursor: orNull(text) });
}
