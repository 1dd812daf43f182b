import { type Entity, type EntityType } from './entity';

const digits = String.raw`(?:\d{1,3}(?:[,\u00a0\u202f']\d{3}){1,8}|\d{1,18})(?:\.\d{1,18})?`;
const size = String.raw`(?:\s?(?:thousand|million|billion|trillion|bn|[kKmM]))?`;
const sign = String.raw`[$€£¥₹₽₩]`;
const code = String.raw`(?:USD|EUR|GBP|JPY|CHF|CNY|INR|CAD|AUD)`;
const names = String.raw`(?:(?:US )?dollars?|euros?|pounds?|yen|francs?|cents?)`;
const before = String.raw`(?<![\p{L}\p{N}_.,/$€£-])`;
/** Not the start of a longer word, number, version or path. */
const after = String.raw`(?![\p{L}\p{N}_]|[.,:/-]\d)`;

const money = new RegExp(
  `${before}-?(?:(?:${sign}|${code}\\s)\\s?${digits}${size}|${digits}${size}\\s?(?:${sign}|${code}|${names}))${after}`,
  'gu',
);
const number = new RegExp(`${before}[-+−]?${digits}(?:[eE][-+]?\\d{1,3})?(?:\\s?%|‰)?${after}`, 'gu');

/** Sums of money with their currency, and numbers with their percent sign. Versions, dates and paths are none. */
export function figuresIn(text: string): Entity[] {
  return [...matches(text, money, 'money', 0.95), ...matches(text, number, 'number', 0.9)];
}

function matches(text: string, pattern: RegExp, type: EntityType, confidence: number): Entity[] {
  return Array.from(text.matchAll(pattern), ({ 0: found, index }) => {
    return { type, text: found, start: index, end: index + found.length, confidence };
  });
}
