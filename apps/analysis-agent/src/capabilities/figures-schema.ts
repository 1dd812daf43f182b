import { type JsonObject } from '@baton/contracts';

/** Parts of the schemas that the analysis capabilities publish. */
export const figure: JsonObject = { type: 'number' };
export const figureOrNull: JsonObject = { type: ['number', 'null'] };

/** A list of numbers that a double can hold; JSON itself allows 1e999. */
export function finiteValues(least: number): JsonObject {
  const items = { type: 'number', minimum: -Number.MAX_VALUE, maximum: Number.MAX_VALUE };
  return { type: 'array', items, minItems: least, maxItems: 1_000_000 };
}
