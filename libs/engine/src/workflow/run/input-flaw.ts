import { type JsonValue } from '@baton/contracts';

/** Room is left for the envelope: the wire takes a little more. */
const MAX_DEPTH = 90;
const ESCAPED_NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/**
 * Why no agent could be sent this value, of which `json` is the text; undefined when it can. What the wire refuses would
 * be dispatched again without end.
 */
export function inputFlaw(value: JsonValue, json: string): string | undefined {
  if (json.includes('\\u0000') && ESCAPED_NUL.test(json)) return 'holds a NUL character (\\u0000): remove it';
  if (isDeeperThan(value, MAX_DEPTH)) return `nests deeper than ${MAX_DEPTH} levels: make it flatter`;
  return undefined;
}

function isDeeperThan(value: JsonValue, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((child) => isDeeperThan(child, limit - 1));
}
