import nlp from 'compromise';
import { z } from 'zod';
import { type Entity, entityAt, type EntityType } from './entity';

/** What compromise answers with `offset: true`. */
const found = z.array(
  z.object({
    text: z.string(),
    offset: z.object({ start: z.number(), length: z.number() }),
    terms: z.array(z.object({ tags: z.array(z.string()).default([]) })),
  }),
);

const legalForm =
  /(?<![\p{L}\p{N}_])(?:\p{Lu}[\p{L}\p{N}&'-]{0,30} ){1,4}(?:Inc|Ltd|LLC|GmbH|AG|Corp|Corporation|Company|Foundation|University|Institute|Association)(?![\p{L}\p{N}_])/gu;
const trimmed = /(?:['’]s)?[\s"'“”‘’)\]}>*_`#|.,;:!?–—-]+$|['’]s$/u;

/** People, organizations and places in English text, by the dictionaries and rules of compromise and by legal forms. */
export function namesIn(text: string): Entity[] {
  if (!/\p{Lu}/u.test(text)) return [];
  const document = nlp(text);
  const named = (type: EntityType, answer: unknown): Entity[] =>
    found.parse(answer).flatMap(({ offset, terms }) => {
      const tags = new Set(terms.flatMap((term) => term.tags));
      const end = offset.start + offset.length;
      const whole = type === 'person' && terms.length === 1 ? end + surnameAfter(text, end) : end;
      return nameAt(text, type, [offset.start, whole], (name) => confidenceOf(type, tags, name));
    });
  return [
    ...named('person', document.people().json({ offset: true })),
    ...named('organization', document.organizations().json({ offset: true })),
    ...named('location', document.places().json({ offset: true })),
    ...Array.from(text.matchAll(legalForm)).flatMap(({ 0: whole, index }) =>
      nameAt(text, 'organization', [index, index + whole.length], () => 0.9),
    ),
  ];
}

const connecting = new Set([
  'of',
  'and',
  'for',
  'the',
  'de',
  'da',
  'del',
  'di',
  'du',
  'la',
  'le',
  'van',
  'von',
  'der',
  'den',
  '&',
]);

/** Every word begins with a capital or a digit but those that join; no line ends, no code. */
function isWrittenAsName(text: string): boolean {
  if (/[{}<>=_;|/\\\n]/.test(text)) return false;
  const words = text.split(/\s+/);
  return /^[\p{Lu}\p{N}]/u.test(text) && words.every((word) => /^[\p{Lu}\p{N}]/u.test(word) || connecting.has(word));
}

/** Length of a capitalized word after a first name: compromise leaves it out when it is a possessive. */
function surnameAfter(text: string, end: number): number {
  return /^ \p{Lu}\p{Ll}{1,30}(?![\p{L}\p{N}_])/u.exec(text.slice(end, end + 40))?.[0].length ?? 0;
}

/** The name without the punctuation around it; nothing that is not written like a name. */
function nameAt(
  text: string,
  type: EntityType,
  [from, to]: readonly [number, number],
  sure: (name: string) => number,
): Entity[] {
  const raw = text.slice(from, to);
  const head = raw.length - raw.replace(/^[^\p{L}\p{N}]*(?:The )?/u, '').length;
  const tail = raw.slice(head).replace(trimmed, '').length;
  const name = raw.slice(head, head + tail);
  const entity = entityAt(text, type, [from + head, from + head + tail], sure(name));
  if (!entity || !isWrittenAsName(entity.text)) return [];
  return entity.text.length < 2 || entity.text.length > 120 ? [] : [entity];
}

function confidenceOf(type: EntityType, tags: ReadonlySet<string>, text: string): number {
  const hasAny = (...wanted: string[]): boolean => wanted.some((tag) => tags.has(tag));
  const isOneWord = !text.includes(' ');
  // One short word, or one in capitals: as often an abbreviation (API, MIT, Lax) as a name.
  if (isOneWord && (text.length <= 3 || text === text.toUpperCase())) return 0.4;
  if (type === 'location') return hasAny('Country', 'City', 'Region') ? 0.85 : 0.5;
  if (isOneWord) return type === 'organization' ? 0.6 : 0.5;
  if (type === 'organization') return 0.75;
  return hasAny('Honorific', 'FirstName') ? 0.9 : 0.7;
}
