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
      return nameAt(text, type, [offset.start, whole], confidenceOf(type, tags, whole > end ? 2 : terms.length));
    });
  return [
    ...named('person', document.people().json({ offset: true })),
    ...named('organization', document.organizations().json({ offset: true })),
    ...named('location', document.places().json({ offset: true })),
    ...Array.from(text.matchAll(legalForm)).flatMap(({ 0: whole, index }) =>
      nameAt(text, 'organization', [index, index + whole.length], 0.9),
    ),
  ];
}

/** Length of a capitalized word after a first name: compromise leaves it out when it is a possessive. */
function surnameAfter(text: string, end: number): number {
  return /^ \p{Lu}\p{Ll}{1,30}(?![\p{L}\p{N}_])/u.exec(text.slice(end, end + 40))?.[0].length ?? 0;
}

/** The name without the punctuation around it; nothing that is not written like a name. */
function nameAt(text: string, type: EntityType, [from, to]: readonly [number, number], confidence: number): Entity[] {
  const raw = text.slice(from, to);
  const head = raw.length - raw.replace(/^[^\p{L}\p{N}]*(?:The )?/u, '').length;
  const tail = raw.slice(head).replace(trimmed, '').length;
  const entity = entityAt(text, type, [from + head, from + head + tail], confidence);
  if (!entity || !/^[\p{Lu}\p{N}]/u.test(entity.text) || /[{}<>=_;|/\n]/.test(entity.text)) return [];
  return entity.text.length < 2 || entity.text.length > 120 ? [] : [entity];
}

function confidenceOf(type: EntityType, tags: ReadonlySet<string>, words: number): number {
  const hasAny = (...wanted: string[]): boolean => wanted.some((tag) => tags.has(tag));
  if (type === 'location') return hasAny('Country', 'City', 'Region') ? 0.85 : 0.6;
  if (type === 'organization') return words > 1 ? 0.75 : 0.6;
  if (hasAny('Honorific') || (words > 1 && hasAny('FirstName'))) return 0.9;
  return words > 1 ? 0.7 : 0.5;
}
