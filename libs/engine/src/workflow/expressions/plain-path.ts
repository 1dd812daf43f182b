import { type JsonValue } from '@baton/contracts';

const PLAIN = /^\s*[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*\s*$/;
const WORDS = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);

/** The names of an expression that is nothing but names and dots, such as `steps.search.output.hits`. */
export function plainPath(source: string): readonly string[] | undefined {
  if (!PLAIN.test(source)) return undefined;
  const names = source.trim().split('.');
  return names.some((name) => WORDS.has(name)) ? undefined : names;
}

/**
 * Follows names through objects. JSONata makes a one-element list its element and an empty one nothing; here a value
 * comes out as it is. `mapped`: a list lies on the way, so JSONata must map over it.
 */
export function follow(scope: object, names: readonly string[]): { mapped: boolean; value: JsonValue | undefined } {
  let value: unknown = scope;
  for (const name of names) {
    if (Array.isArray(value)) return { mapped: true, value: undefined };
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) {
      return { mapped: false, value: undefined };
    }
    value = (value as Record<string, unknown>)[name];
  }
  return { mapped: false, value: value as JsonValue };
}
