import { type JsonObject, type JsonValue } from '../json';
import { anyJson, dateTime, list, name, object, record, uuid } from '../schema-parts';

/** Delay before attempt n+1 is `min(initialMs * factor^(n-1), maxMs)`, moved by up to ±jitter of itself. */
export interface RetryPolicy {
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** 0 to 1. */
  readonly jitter: number;
}

/** A task as its submitter asks for it. Defaults are filled at intake. */
export interface Submit {
  readonly capability: string;
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
  readonly concurrencyKey?: string;
  /** At most this many tasks with the same concurrencyKey run at once; default 1 when a key is given. */
  readonly concurrencyLimit?: number;
  readonly idempotencyKey?: string;
  /** Tried in this order when `capability` fails for good. */
  readonly fallback?: readonly string[];
  readonly metadata?: JsonObject;
}

/** Limits on one submission; beyond them the answer is 400 naming the field. */
export const submitLimits = { batch: 1000, payloadBytes: 1024 * 1024, tags: 20, fallbacks: 5, keyLength: 200 } as const;

const key = { type: 'string', minLength: 1, maxLength: submitLimits.keyLength };

export const submitSchema = object({
  capability: name,
  input: anyJson,
  'priority?': { type: 'integer', minimum: 0, maximum: 9 },
  'timeoutSeconds?': { type: 'number', exclusiveMinimum: 0, maximum: 604_800 },
  'maxRetries?': { type: 'integer', minimum: 0, maximum: 100 },
  'retry?': object({
    'initialMs?': { type: 'integer', minimum: 0, maximum: 3_600_000 },
    'factor?': { type: 'number', minimum: 1, maximum: 100 },
    'maxMs?': { type: 'integer', minimum: 0, maximum: 86_400_000 },
    'jitter?': { type: 'number', minimum: 0, maximum: 1 },
  }),
  'runAt?': dateTime,
  'delaySeconds?': { type: 'number', minimum: 0, maximum: 31_536_000 },
  'deadline?': dateTime,
  'agentId?': uuid,
  'tags?': list(name, submitLimits.tags),
  'concurrencyKey?': key,
  'concurrencyLimit?': { type: 'integer', minimum: 1, maximum: 100_000 },
  'idempotencyKey?': key,
  'fallback?': list(name, submitLimits.fallbacks),
  'metadata?': record(anyJson),
});
