export const entityTypes = ['person', 'organization', 'location', 'date', 'money', 'number', 'url', 'email'] as const;
export type EntityType = (typeof entityTypes)[number];

/** A stretch of a text that names something: `text` is exactly what stands from `start` to `end` in UTF-16 units. */
export interface Entity {
  readonly type: EntityType;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** 0 to 1, by the kind of evidence; not a probability measured on a corpus. */
  readonly confidence: number;
}

/** An entity of `text` from its ends; undefined when nothing is left of it. */
export function entityAt(
  text: string,
  type: EntityType,
  [start, end]: readonly [number, number],
  confidence: number,
): Entity | undefined {
  return end > start ? { type, text: text.slice(start, end), start, end, confidence } : undefined;
}

/** When two claim the same characters the surer kind wins: a link before a date, a date before its digits. */
const precedence: Readonly<Record<EntityType, number>> = {
  url: 0,
  email: 1,
  money: 2,
  date: 3,
  organization: 4,
  person: 4,
  location: 4,
  number: 5,
};

/** Entities without overlaps, in the order of the text. */
export function withoutOverlaps(entities: readonly Entity[]): Entity[] {
  const byRank = [...entities].sort(
    (a, b) =>
      precedence[a.type] - precedence[b.type] ||
      b.confidence - a.confidence ||
      b.end - b.start - (a.end - a.start) ||
      a.start - b.start,
  );
  const taken = new Set<number>();
  const kept: Entity[] = [];
  for (const entity of byRank) {
    if (isTaken(taken, entity)) continue;
    for (let at = entity.start; at < entity.end; at++) taken.add(at);
    kept.push(entity);
  }
  return kept.sort((a, b) => a.start - b.start);
}

function isTaken(taken: ReadonlySet<number>, { start, end }: Entity): boolean {
  for (let at = start; at < end; at++) if (taken.has(at)) return true;
  return false;
}
