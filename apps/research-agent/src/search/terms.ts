import { stemmer } from 'stemmer';

const stopWords = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both but by can could
   did do does doing down during each few for from further had has have having he her here hers him his how i if in into is it
   its itself just me more most my no nor not now of off on once only or other our out over own same she should so some such
   than that the their theirs them then there these they this those through to too under until up very was we were what when
   where which while who whom why will with would you your yours`.split(/\s+/),
);
const word = /[\p{L}\p{N}]+/gu;
const unspaced = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+$/u;
const humps = /\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{N}+/gu;
const longestWord = 64;

/** A word of a text, where it stands (UTF-16), and the forms it is found by. */
export interface Term {
  readonly start: number;
  readonly end: number;
  readonly stems: readonly string[];
}

/** The words of a text that say something: no stop words, English word forms united, camelCase taken apart. */
export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  for (const match of text.matchAll(word)) {
    const stems = stemsOf(match[0]);
    if (stems.length > 0) terms.push({ start: match.index, end: match.index + match[0].length, stems });
  }
  return terms;
}

/** All stems of a text in order; what the index keeps. */
export function stemList(text: string): string[] {
  return termsOf(text).flatMap((term) => term.stems);
}

function stemsOf(written: string): string[] {
  if (written.length > longestWord) return [];
  if (unspaced.test(written)) return pairs(written);
  const parts = written.match(humps) ?? [];
  const forms = parts.length > 1 && parts.length < 8 ? [written, ...parts] : [written];
  return forms
    .map(plain)
    .filter((form) => form !== '' && !stopWords.has(form))
    .map(stem);
}

/** Porter keeps "recovery" (recoveri) apart from "recover" (recov); without its last letter it is stemmed on. */
function stem(form: string): string {
  const once = stemmer(form);
  return once.length >= 7 && once.endsWith('i') ? stemmer(once.slice(0, -1)) : once;
}

/** Lower case, without accents. */
function plain(written: string): string {
  return written.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Scripts without spaces are found by pairs of characters. */
function pairs(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
}
