import { type JsonValue } from '@baton/contracts';
import { expressionLimits } from './scope';

/** Refused when a document is checked: their result is not a function of the scope, or is code made at run time (E2). */
export const refusedFunctions: Readonly<Record<string, string>> = {
  random: 'gives another result each time; let an agent draw the number and take it from its output',
  shuffle: 'gives another result each time; let an agent shuffle and take the list from its output',
  eval: 'runs code that is made at run time; write the expression itself',
};

/** `$pad` that makes no text beyond the limit; otherwise as in JSONata. */
export function pad(text: string | undefined, width: number, filler = ' '): string | undefined {
  if (text === undefined) return undefined;
  const size = Math.abs(width);
  if (size > expressionLimits.resultSize) throw new Error(`$pad to ${size} characters is over the limit`);
  const fill = filler === '' ? ' ' : filler;
  const missing = Math.max(0, size - Array.from(text).length);
  const padding = Array.from(fill.repeat(Math.ceil(missing / fill.length)))
    .slice(0, missing)
    .join('');
  return width < 0 ? padding + text : text + padding;
}

/** `$distinct` in linear time: JSONata's own compares each element with each other. */
export function distinct(values: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(values) || values.length <= 1) return values;
  const seen = new Map<string, JsonValue>();
  for (const value of values) {
    const key = canonical(value);
    if (!seen.has(key)) seen.set(key, value);
  }
  return [...seen.values()];
}

/** The same text for what is the same, in whatever order its fields come. */
export function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_key, part: JsonValue) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
