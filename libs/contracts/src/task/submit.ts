import { type JsonObject, type JsonValue } from '../json';
import { anyJson, dateTime, list, name, object, record, uuid } from '../schema-parts';

/** Delay before attempt n+1 is `min(initialMs * factor^(n-1), maxMs)`, moved by up to ±jitter of itself. */
export interface RetryPolicy {
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** 0 to 1. */
  readonly jitter: number;
  /** Codes of failures after which another attempt is not worth it, whatever the agent says. */
  readonly nonRetryable?: readonly string[];
  /** No further attempt begins later than this after the first one began. */
  readonly maxElapsedSeconds?: number;
}

/** What an agent must have declared and not have given away yet. What is left out is not needed. */
export interface TaskResources {
  /** Processors. */
  readonly cpu?: number;
  readonly memoryMb?: number;
  readonly gpu?: number;
}

/** At most `limit` attempts begin within any `perSeconds`. */
export interface RateLimit {
  readonly limit: number;
  readonly perSeconds: number;
}

/** Limits of a tree of spawned tasks. What one task of a tree says narrows what those above it allow, never widens it. */
export interface Spawning {
  /** Levels below this task; 0: it may spawn nothing. */
  readonly depth?: number;
  /** Tasks that one task may spawn in all. */
  readonly fanOut?: number;
  /** Tasks below this one in all. */
  readonly tasks?: number;
  /** Only these capabilities; default: any. */
  readonly capabilities?: readonly string[];
}

/** Of tasks that say nothing else. */
export const spawnLimits = { depth: 3, fanOut: 100, tasks: 1000 } as const;

/** A task as its submitter asks for it. Defaults are filled at intake. */
export interface Submit {
  readonly capability: string;
  /** Only agents that offer the capability in this range of versions: `^1.2`, `1.x`, `>=2 <4`. */
  readonly version?: string;
  readonly input: JsonValue;
  /** 0 to 9, 9 first; default 5. */
  readonly priority?: number;
  /** Per attempt; default 300 (AGENT_TIMEOUT_SECONDS). */
  readonly timeoutSeconds?: number;
  /** Attempts after the first; default 3 (MAX_RETRIES). */
  readonly maxRetries?: number;
  readonly retry?: Partial<RetryPolicy>;
  readonly runAt?: string;
  readonly delaySeconds?: number;
  /** After this time the task fails instead of being tried again. */
  readonly deadline?: string;
  /** Only this agent instance may take it. */
  readonly agentId?: string;
  /** Only agents that carry all of these. */
  readonly tags?: readonly string[];
  /** Only agents that declared as much and have it left. */
  readonly resources?: TaskResources;
  readonly concurrencyKey?: string;
  /**
   * At most this many tasks with the same concurrencyKey run at once; default 1 when a key is given. Where limits under
   * one key differ, the smallest of those that run and the one that is to go counts.
   */
  readonly concurrencyLimit?: number;
  /** Tasks with the same key share the rate limit; each needs its `rateLimit`. */
  readonly rateLimitKey?: string;
  readonly rateLimit?: RateLimit;
  /**
   * Tasks with the same key go to different agents, by name: not to one that is at work on one or completed one. A task
   * that finds none left waits.
   */
  readonly spreadKey?: string;
  /** What it, and what it spawns, may spawn; default: see spawnLimits. */
  readonly spawning?: Spawning;
  readonly idempotencyKey?: string;
  /** Tried in this order when `capability` fails for good. */
  readonly fallback?: readonly string[];
  /** True: when no agent could take it now, it ends as `rejected` (DEGRADED) at once instead of waiting for one. */
  readonly optional?: boolean;
  readonly metadata?: JsonObject;
}

/** Limits on one submission; beyond them the answer is 400 naming the field. */
export const submitLimits = {
  batch: 1000,
  payloadBytes: 1024 * 1024,
  tags: 20,
  fallbacks: 5,
  keyLength: 200,
  rate: 10_000,
  codes: 50,
} as const;

/** Also read by workflow steps. */
export const taskResourcesSchema = object({
  'cpu?': { type: 'number', minimum: 0, maximum: 100_000 },
  'memoryMb?': { type: 'number', minimum: 0, maximum: 1_000_000_000 },
  'gpu?': { type: 'number', minimum: 0, maximum: 100_000 },
});
export const versionRangeSchema = { type: 'string', minLength: 1, maxLength: 100 };
const rateLimitSchema = object({
  limit: { type: 'integer', minimum: 1, maximum: submitLimits.rate },
  perSeconds: { type: 'number', minimum: 0.01, maximum: 86_400 },
});

const key = { type: 'string', minLength: 1, maxLength: submitLimits.keyLength };
const spawningSchema = object({
  'depth?': { type: 'integer', minimum: 0, maximum: 20 },
  'fanOut?': { type: 'integer', minimum: 0, maximum: 10_000 },
  'tasks?': { type: 'integer', minimum: 0, maximum: 100_000 },
  'capabilities?': list(name, 100),
});

export const submitSchema = object({
  capability: name,
  'version?': versionRangeSchema,
  input: anyJson,
  'priority?': { type: 'integer', minimum: 0, maximum: 9 },
  'timeoutSeconds?': { type: 'number', exclusiveMinimum: 0, maximum: 604_800 },
  'maxRetries?': { type: 'integer', minimum: 0, maximum: 100 },
  'retry?': object({
    'initialMs?': { type: 'integer', minimum: 0, maximum: 3_600_000 },
    'factor?': { type: 'number', minimum: 1, maximum: 100 },
    'maxMs?': { type: 'integer', minimum: 0, maximum: 86_400_000 },
    'jitter?': { type: 'number', minimum: 0, maximum: 1 },
    'nonRetryable?': list({ type: 'string', minLength: 1, maxLength: 100 }, submitLimits.codes),
    'maxElapsedSeconds?': { type: 'number', exclusiveMinimum: 0, maximum: 31_536_000 },
  }),
  'runAt?': dateTime,
  'delaySeconds?': { type: 'number', minimum: 0, maximum: 31_536_000 },
  'deadline?': dateTime,
  'agentId?': uuid,
  'tags?': list(name, submitLimits.tags),
  'resources?': taskResourcesSchema,
  'concurrencyKey?': key,
  'concurrencyLimit?': { type: 'integer', minimum: 1, maximum: 100_000 },
  'rateLimitKey?': key,
  'rateLimit?': rateLimitSchema,
  'spreadKey?': key,
  'spawning?': spawningSchema,
  'idempotencyKey?': key,
  'fallback?': list(name, submitLimits.fallbacks),
  'optional?': { type: 'boolean' },
  'metadata?': record(anyJson),
});
