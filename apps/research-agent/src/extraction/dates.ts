import { strict, type ParsedResult } from 'chrono-node';
import { type Entity, entityAt } from './entity';

const parts = ['year', 'month', 'day', 'weekday'] as const;
const year = /\b(?:in|since|until|before|after|during|from|by)\s((?:1[5-9]|20)\d\d)(?![\p{L}\p{N}_]|[.,:/-]\d)/giu;
/** "2 hours ago" fixes a day, but speaks of a time. */
const onlyTime = /\b(?:moments?|seconds?|secs?|minutes?|mins?|hours?|hrs?)\b/i;
const partOfMore = /[\p{L}\p{N}_./-]/u;

/** Dates as written, relative ones as well ("2 days ago"), and years after a preposition. Not times of day alone. */
export function datesIn(text: string): Entity[] {
  const written = strict.parse(text).flatMap((result) => dateFrom(text, result));
  const years = Array.from(text.matchAll(year), ({ 0: found, 1: digits = '', index }) => {
    const end = index + found.length;
    return { type: 'date' as const, text: digits, start: end - digits.length, end, confidence: 0.6 };
  });
  return [...written, ...years];
}

function dateFrom(text: string, result: ParsedResult): Entity[] {
  const preposition = /^(?:on|in|at)\s+/i.exec(result.text)?.[0].length ?? 0;
  const start = result.index + preposition;
  const end = result.index + result.text.length;
  const certain = parts.filter((part) => result.start.isCertain(part)).length;
  const isDay = certain > 0 && text.slice(result.index, end) === result.text && !onlyTime.test(result.text);
  // 1.2.2020-rc is a version, a/2020/1/2 a path.
  const isPart = partOfMore.test(text.charAt(start - 1)) || /[\p{L}\p{N}_/-]/u.test(text.charAt(end));
  const entity = isDay && !isPart ? entityAt(text, 'date', [start, end], confidenceOf(certain)) : undefined;
  return entity ? [entity] : [];
}

function confidenceOf(certainParts: number): number {
  return certainParts >= 3 ? 0.95 : certainParts === 2 ? 0.85 : 0.65;
}
