import { type DurationStats } from '@baton/engine';
import { type Sql, usualChildren, workDurations } from '@baton/persistence';
import { LRUCache } from 'lru-cache';

/** What is looked up is good for so long. */
const DURATIONS_MS = 5000;
const CHILDREN_MS = 60_000;
const MAX_NAMES = 500;

/** What earlier runs, and this one so far, tell of how long work takes and how much of it there is. */
export class RunHistory {
  private durations: ReadonlyMap<string, DurationStats> = new Map();
  private knownSince = -Infinity;
  private readonly children = new LRUCache<string, ReadonlyMap<string, number>>({ max: MAX_NAMES, ttl: CHILDREN_MS });

  constructor(private readonly sql: Sql) {}

  /** Looks up what is not known of runs of this name, or was too long ago. */
  async learn(workflowName: string): Promise<void> {
    if (performance.now() - this.knownSince > DURATIONS_MS) {
      this.knownSince = performance.now();
      this.durations = new Map((await workDurations(this.sql)).map((row) => [row.capability, row]));
    }
    if (!this.children.has(workflowName)) {
      this.children.set(workflowName, await usualChildren(this.sql, workflowName));
    }
  }

  durationsOf(capability: string): DurationStats | undefined {
    return this.durations.get(capability);
  }

  childrenOf(workflowName: string, key: string): number | undefined {
    return this.children.get(workflowName)?.get(key);
  }
}
