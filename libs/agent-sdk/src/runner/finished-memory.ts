import { type AttemptToken } from '@baton/contracts';
import { LRUCache } from 'lru-cache';

/**
 * The results of the last attempts by token, so that an assignment that comes twice is answered, not run again.
 * Bounded by number and by size; the oldest go first, and what was forgotten would run again.
 */
export class FinishedMemory {
  private readonly results: LRUCache<AttemptToken, string>;

  constructor(maxResults = 10_000, maxUnits = 16 * 1024 * 1024) {
    this.results = new LRUCache({ max: maxResults, maxSize: maxUnits, sizeCalculation: (json) => json.length });
  }

  keep(token: AttemptToken, json: string): void {
    this.results.set(token, json);
  }

  get(token: AttemptToken): string | undefined {
    return this.results.peek(token);
  }
}
