import { type JsonValue } from '@baton/contracts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fraction = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** A number as people read it: grouped, four digits that matter, powers of ten where it is huge or tiny. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-4)) return value.toExponential(3);
  if (Number.isInteger(value)) return whole.format(value);
  return size >= 10_000 ? whole.format(value) : fraction.format(value);
}

/** Any JSON value in one cell; what is nested is shown as JSON, cut to `longest`. */
export function formatValue(value: JsonValue | undefined, longest = 200): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return formatNumber(value);
    case 'boolean':
      return value ? 'yes' : 'no';
    default:
      return value === null || value === undefined ? '–' : cut(JSON.stringify(value), longest);
  }
}

/** `keyPhrases`, `key_phrases` and `key-phrases` as "Key phrases". */
export function readableKey(key: string): string {
  const words = key
    .replace(
      /([\p{Ll}\p{N}])(\p{Lu})(?=\p{Ll})/gu,
      (_all, before: string, after: string) => `${before} ${after.toLowerCase()}`,
    )
    .replace(/[_-]+/g, ' ')
    .trim();
  return words === '' ? key : words.charAt(0).toUpperCase() + words.slice(1);
}

/** Nothing but a whole number of characters remains. */
export function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/\p{Surrogate}/gu, '')}…`;
}
