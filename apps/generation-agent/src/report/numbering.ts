import { type Block, type Section } from './report';

/** A section with its place in the whole: `s2-1` is the first within the second. */
export interface NumberedSection {
  readonly id: string;
  /** 1 for the outermost. */
  readonly level: number;
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly sections: readonly NumberedSection[];
}

export function numbered(sections: readonly Section[], parent = 's', level = 1): NumberedSection[] {
  return sections.map((section, place) => {
    const id = level === 1 ? `${parent}${place + 1}` : `${parent}-${place + 1}`;
    return { ...section, id, level, sections: numbered(section.sections, id, level + 1) };
  });
}

const levelsListed = 2;
const mostEntries = 60;

/** What a table of contents shows: two levels, or one when that would be too long. */
export function contentsOf(sections: readonly NumberedSection[]): NumberedSection[] {
  const inner = sections.reduce((sum, section) => sum + section.sections.length, 0);
  const levels = sections.length + inner > mostEntries ? 1 : levelsListed;
  return upTo(sections.slice(0, mostEntries), levels);
}

function upTo(sections: readonly NumberedSection[], levels: number): NumberedSection[] {
  return sections.map((section) => ({ ...section, sections: levels > 1 ? upTo(section.sections, levels - 1) : [] }));
}
