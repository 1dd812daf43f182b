import { type JsonObject, type JsonSchema, type JsonValue } from './json';
import { type MessageKind } from './message';

/** Keywords whose values are names of the author's own, not keywords. */
const named = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
/** Keywords whose values are data. */
const literal = new Set(['enum', 'const', 'default', 'example', 'examples']);

/**
 * The same kind for a reader that is older than its sender: fields it does not know are let pass. Everything it does
 * know is checked as before.
 */
export function tolerant<Data>(kind: MessageKind<Data>): MessageKind<Data> {
  return { ...kind, schema: open(kind.schema) };
}

function open(schema: JsonSchema): JsonSchema {
  return typeof schema === 'object' ? openObject(schema) : schema;
}

function openObject(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([name, value]) => name !== 'additionalProperties' || value !== false);
  return Object.fromEntries(kept.map(([name, value]) => [name, literal.has(name) ? value : openValue(name, value)]));
}

function openValue(name: string, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((one) => openValue('', one));
  if (typeof value !== 'object' || value === null) return value;
  if (!named.has(name)) return openObject(value);
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, openValue('', inner)]));
}
