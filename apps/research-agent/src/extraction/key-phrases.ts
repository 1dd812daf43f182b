import { type Term, termsOf } from '../search/terms';

export interface KeyPhrase {
  readonly text: string;
  /** 1 for the best phrase of the text, less for the others. */
  readonly score: number;
}

interface Candidate {
  readonly stems: readonly string[];
  readonly forms: Map<string, number>;
  count: number;
  /** Stands alone somewhere, between stop words. */
  isRun: boolean;
}

const longestPhrase = 4;
/** What program text repeats without being about it. */
const codeWords = new Set(
  `args async await catch class console const default else err export false fn func function import let log new null require
   return this throw true try typeof undefined use using var void https http www com`.split(/\s+/),
);
const address = /(?:https?:\/\/|www\.)\S+/g;

/**
 * The phrases a text is about: runs of words without stop words between them and their parts, ranked by how often the
 * phrase and its words come, as in RAKE. Word forms count together; the most frequent one is shown. Single words and
 * parts of runs must come twice, and a phrase within a chosen one must come more often than that.
 */
export function keyPhrasesOf(given: string, limit = 20): KeyPhrase[] {
  const text = given.replace(address, (found) => '.'.repeat(found.length));
  const terms = termsOf(text).filter(({ start, end }) => isTelling(text.slice(start, end)));
  const frequency = new Map<string, number>();
  for (const term of terms) frequency.set(keyOf(term), (frequency.get(keyOf(term)) ?? 0) + 1);
  const scored = Array.from(candidatesIn(text, terms).values())
    .filter(({ stems, count, isRun }) => count > 1 || (isRun && stems.length > 1))
    .map((candidate) => ({ ...candidate, text: commonForm(candidate), score: scoreOf(candidate, frequency) }))
    .sort((a, b) => b.score - a.score || (a.text < b.text ? -1 : 1));
  const best = chosenFrom(scored, limit);
  const top = best[0]?.score ?? 1;
  return best.map((phrase) => ({ text: phrase.text, score: Math.round((phrase.score / top) * 1000) / 1000 }));
}

function isTelling(word: string): boolean {
  return word.length > 1 && !/^\p{N}+$/u.test(word) && !codeWords.has(word.toLowerCase());
}

function chosenFrom<C extends Candidate>(candidates: readonly C[], limit: number): C[] {
  const chosen: C[] = [];
  for (const candidate of candidates) {
    if (chosen.length === limit) break;
    const repeats = chosen.some((other) => {
      const within = ` ${other.stems.join(' ')} `.includes(` ${candidate.stems.join(' ')} `);
      const around = ` ${candidate.stems.join(' ')} `.includes(` ${other.stems.join(' ')} `);
      return (within && candidate.count <= other.count * 1.5) || (around && candidate.count < 2);
    });
    if (!repeats) chosen.push(candidate);
  }
  return chosen;
}

function candidatesIn(text: string, terms: readonly Term[]): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>();
  for (const run of runsOf(text, terms)) {
    for (const part of partsOf(run)) {
      const stems = part.map(keyOf);
      const key = stems.join(' ');
      const form = text.slice(part[0]?.start ?? 0, part.at(-1)?.end ?? 0);
      const candidate = candidates.get(key) ?? { stems, forms: new Map<string, number>(), count: 0, isRun: false };
      candidate.count++;
      candidate.isRun ||= part.length === run.length;
      candidate.forms.set(form, (candidate.forms.get(form) ?? 0) + 1);
      candidates.set(key, candidate);
    }
  }
  return candidates;
}

/** All stretches of a run, the run among them. */
function partsOf(run: readonly Term[]): Term[][] {
  return run.flatMap((_term, from) => run.slice(from).map((_last, length) => run.slice(from, from + length + 1)));
}

/** Terms with nothing but a space or hyphen between them; longer runs are lists or code and are left out. */
function runsOf(text: string, terms: readonly Term[]): Term[][] {
  const runs: Term[][] = [];
  let end = -1;
  for (const term of terms) {
    const run = runs.at(-1);
    if (run && /^[ -]$/.test(text.slice(end, term.start))) run.push(term);
    else runs.push([term]);
    end = term.end;
  }
  return runs.filter((run) => run.length <= longestPhrase);
}

function scoreOf({ stems, count }: Candidate, frequency: ReadonlyMap<string, number>): number {
  const weight = stems.reduce((sum, stem) => sum + Math.log(1 + (frequency.get(stem) ?? 0)), 0) / stems.length;
  return Math.log2(1 + count) * weight * stems.length;
}

function commonForm({ forms }: Candidate): string {
  return Array.from(forms).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? '';
}

function keyOf(term: Term): string {
  return term.stems[0] ?? '';
}
