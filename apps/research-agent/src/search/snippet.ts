import { type Passage, passagesOf } from './markdown-passages';
import { stemList, type Term, termsOf } from './terms';

const longest = 320;
/** Beyond this a long document would keep the agent from other work for too long. */
const mostLookedAt = 200_000;
/** What a cut through a character leaves; PostgreSQL and many parsers refuse it. */
const loneSurrogate = /\p{Surrogate}/gu;
const preference = { prose: 1, code: 0.6, heading: 0.5 } as const;

/**
 * The passage of a document that answers a query best, cut to about 320 characters around the words it shares with it:
 * the one with the most different words of the query, prose before code before headings, the first of equals.
 * Looks at the first 200,000 characters.
 */
export function bestSnippet(text: string, query: string): string {
  const passages = passagesOf(text.slice(0, mostLookedAt));
  const wanted = new Set(stemList(query));
  let best: { passage: Passage; matches: Term[] } | undefined;
  let bestScore = 0;
  for (const passage of passages) {
    const matches = termsOf(passage.text).filter((term) => term.stems.some((stem) => wanted.has(stem)));
    const score = scoreOf(matches, wanted) * preference[passage.kind];
    if (score <= bestScore) continue;
    bestScore = score;
    best = { passage, matches };
  }
  if (!best) return cut(passages.find(({ kind }) => kind === 'prose')?.text ?? passages[0]?.text ?? '', 0);
  return cut(best.passage.text, densest(best.matches));
}

/** Each word once in full; repetitions decide only between equals. */
function scoreOf(matches: readonly Term[], wanted: ReadonlySet<string>): number {
  const found = matches.flatMap((match) => match.stems.filter((stem) => wanted.has(stem)));
  const different = new Set(found).size;
  return different + Math.min(0.5, 0.02 * (found.length - different));
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
