import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type CloudEvent } from '@baton/contracts';
import { type Outgoing } from '../bus';

/** How much a recipient remembers of what it has handled. The oldest go first; time plays no part. */
export const dedupeWindow = { ids: 10_000, answerCharacters: 16 * 1024 * 1024 } as const;

/** Ids of strangers may be long: beyond this their hash stands for them. */
const longestKey = 200;
const known = true;

type Identity = Pick<CloudEvent<unknown>, 'source' | 'id'>;

/**
 * The events that were handled, by source and id, so that none is handled twice; and the answers that were given, so
 * that who asks again with the same id gets the same one. What failed is not in it and may be tried again.
 */
export class HandledWindow {
  private readonly handled: LRUCache<string, true>;
  private readonly answers: LRUCache<string, Outgoing>;

  constructor(limits: { readonly ids: number; readonly answerCharacters: number } = dedupeWindow) {
    this.handled = new LRUCache({ max: limits.ids });
    const sizeCalculation = (answer: Outgoing): number => 1 + (answer.dataJson?.length ?? 0);
    this.answers = new LRUCache({ max: limits.ids, maxSize: limits.answerCharacters, sizeCalculation });
  }

  has(event: Identity): boolean {
    return this.handled.has(keyOf(event));
  }

  /** The answer it got; undefined when there was none, or it takes too much room. */
  answerTo(event: Identity): Outgoing | undefined {
    return this.answers.peek(keyOf(event));
  }

  /** `answer` as text (`dataJson`): what it says may not change any more. */
  keep(event: Identity, answer?: Outgoing): void {
    const key = keyOf(event);
    this.handled.set(key, known);
    if (answer) this.answers.set(key, answer);
  }
}

/** The length of the source keeps pairs apart that read the same when joined. */
function keyOf({ source, id }: Identity): string {
  const key = `${source.length}:${source}${id}`;
  return key.length <= longestKey ? key : createHash('sha256').update(key).digest('base64');
}
