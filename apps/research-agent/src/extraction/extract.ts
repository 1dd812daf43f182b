import { setImmediate as breathe } from 'node:timers/promises';
import { chunksOf } from './chunks';
import { datesIn } from './dates';
import { type Entity, withoutOverlaps } from './entity';
import { figuresIn } from './figures';
import { keyPhrasesOf, type KeyPhrase } from './key-phrases';
import { linksIn } from './links';
import { namesIn } from './names';

export interface Extraction {
  readonly entities: readonly Entity[];
  readonly keyPhrases: readonly KeyPhrase[];
  /** True when the text names more than the limit and the rest was left out. */
  readonly truncated: boolean;
}

const mostEntities = 5000;

/**
 * What a text names and is about. Works through it in pieces of a few kilobytes, so that the time grows with the length
 * alone; between pieces it lets others run, tells how far it is (0 to 1) and stops when aborted.
 */
export async function extractFrom(
  text: string,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<Extraction> {
  const entities: Entity[] = [];
  for (const chunk of chunksOf(text)) {
    await breathe();
    signal.throwIfAborted();
    entities.push(...entitiesIn(chunk.text).map((entity) => moved(entity, chunk.start)));
    if (entities.length > mostEntities) break;
    progress((chunk.start + chunk.text.length) / text.length);
  }
  const kept = entities.slice(0, mostEntities);
  return { entities: kept, keyPhrases: keyPhrasesOf(text), truncated: entities.length > mostEntities };
}

function entitiesIn(text: string): Entity[] {
  return withoutOverlaps([...linksIn(text), ...figuresIn(text), ...datesIn(text), ...namesIn(text)]);
}

function moved(entity: Entity, by: number): Entity {
  return { ...entity, start: entity.start + by, end: entity.end + by };
}
