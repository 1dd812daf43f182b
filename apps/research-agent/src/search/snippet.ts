import { type Passage, passagesOf } from './markdown-passages';
import { stemList, type Term, termsOf } from './terms';

const longest = 320;
/** What a cut through a character leaves; PostgreSQL and many parsers refuse it. */
const loneSurrogate = /\p{Surrogate}/gu;
const preference = { prose: 1, code: 0.6, heading: 0.5 } as const;

/**
 * The passage of a document that answers a query best, cut to about 320 characters around the words it shares with it.
 * Rare words of the query count more than those the document repeats everywhere.
 */
export function bestSnippet(text: string, query: string): string {
  const passages = passagesOf(text);
  const wanted = new Set(stemList(query));
  const weights = weightsIn(passages, wanted);
  let best: { passage: Passage; matches: Term[] } | undefined;
  let bestScore = 0;
  for (const passage of passages) {
    const matches = termsOf(passage.text).filter((term) => term.stems.some((stem) => wanted.has(stem)));
    const score = scoreOf(matches, weights) * preference[passage.kind];
    if (score <= bestScore) continue;
    bestScore = score;
    best = { passage, matches };
  }
  if (!best) return cut(passages.find(({ kind }) => kind === 'prose')?.text ?? passages[0]?.text ?? '', 0);
  return cut(best.passage.text, densest(best.matches));
}

/** How much each wanted word tells: the inverse of the share of passages that have it. */
function weightsIn(passages: readonly Passage[], wanted: ReadonlySet<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { text } of passages) {
    for (const stem of new Set(stemList(text))) if (wanted.has(stem)) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  }
  return new Map(Array.from(counts, ([stem, count]) => [stem, Math.log(1 + passages.length / count)]));
}

/** Each word once in full, its repetitions for a little. */
function scoreOf(matches: readonly Term[], weights: ReadonlyMap<string, number>): number {
  const seen = new Set<string>();
  let score = 0;
  for (const stem of matches.flatMap((match) => match.stems)) {
    score += (weights.get(stem) ?? 0) * (seen.has(stem) ? 0.05 : 1);
    seen.add(stem);
  }
  return score;
}

/** Where the window with the most matches begins. */
function densest(matches: readonly Term[]): number {
  let most = 0;
  let start = 0;
  let first = 0;
  for (const [last, match] of matches.entries()) {
    while (match.end - (matches[first]?.start ?? 0) > longest) first++;
    if (last - first + 1 <= most) continue;
    most = last - first + 1;
    start = matches[first]?.start ?? 0;
  }
  return start;
}

function cut(text: string, from: number): string {
  const flat = text.replace(/\s/g, ' ');
  if (flat.length <= longest) return flat.replace(/ +/g, ' ');
  const wish = Math.max(0, Math.min(from - 40, flat.length - longest));
  const start = wish === 0 ? 0 : flat.indexOf(' ', wish) + 1 || wish;
  const reach = start + longest;
  const space = flat.lastIndexOf(' ', reach);
  const end = reach >= flat.length ? flat.length : space > start ? space : reach;
  const part = flat.slice(start, end).replace(/ +/g, ' ').trim();
  return `${start > 0 ? '… ' : ''}${part}${end < flat.length ? ' …' : ''}`.replace(loneSurrogate, '');
}
