import { type JsonObject, type RateLimit, type RetryPolicy, type Spawning, type TaskResources } from '@baton/contracts';

/** What most tasks leave out, kept as one JSON text; null when all of it is left out. */
export interface TaskOptions {
  /** Tasks of one lane wait for the same keys; derived from them, and read by the database (see `lane` in tasks). */
  readonly lane?: string;
  readonly version?: string;
  readonly resources?: TaskResources;
  readonly rateLimitKey?: string;
  readonly rateLimit?: RateLimit;
  readonly optional?: boolean;
  /** When the first attempt began, in milliseconds since the epoch; kept only where the policy has maxElapsedSeconds. */
  readonly firstStartMs?: number;
  readonly tags?: readonly string[];
  readonly retry?: RetryPolicy;
  readonly fallback?: readonly string[];
  readonly concurrencyKey?: string;
  readonly concurrencyLimit?: number;
  readonly spreadKey?: string;
  readonly spawning?: Spawning;
  readonly metadata?: JsonObject;
}

export function writeTaskOptions(options: TaskOptions): string | null {
  return Object.keys(options).length === 0 ? null : JSON.stringify(options);
}

/** Trusts what `writeTaskOptions` wrote. */
export function readTaskOptions(text: string | null): TaskOptions {
  return text === null ? {} : (JSON.parse(text) as TaskOptions);
}
