import { type ReadyTask } from '@baton/engine';
import { type HeldAttempt, type NewTask, readTaskOptions, type ReadyRow, type TaskOptions } from '@baton/persistence';

/** The scheduler's view of a queued row. */
export function readyFromRow(row: ReadyRow | NewTask | HeldAttempt): ReadyTask {
  const options = row.options === null ? undefined : readTaskOptions(row.options);
  const wants = options ? wantsOf(options) : NO_WANTS;
  const keys = options ? keysOf(options) : NO_KEYS;
  return {
    id: row.id,
    capability: row.capability,
    rank: Number(row.rank),
    targetAgentId: row.targetAgentId,
    tags: wants.tags,
    version: wants.version,
    resources: wants.resources,
    lane: keys.lane,
    concurrencyKey: keys.concurrencyKey,
    concurrencyLimit: keys.concurrencyLimit,
    rateLimitKey: keys.rateLimitKey,
    rateLimit: keys.rateLimit,
    spreadKey: keys.spreadKey,
    optional: wants.optional,
    deadlineMs: row.deadline?.getTime() ?? null,
    fallback: wants.fallback,
  };
}

function wantsOf(options: TaskOptions): Pick<ReadyTask, 'tags' | 'version' | 'resources' | 'optional' | 'fallback'> {
  const { tags = [], version = null, resources = null, optional = false, fallback = [] } = options;
  return { tags, version, resources, optional, fallback };
}

type Keys = Pick<
  ReadyTask,
  'lane' | 'concurrencyKey' | 'concurrencyLimit' | 'rateLimitKey' | 'rateLimit' | 'spreadKey'
>;

function keysOf(options: TaskOptions): Keys {
  const { lane = null, concurrencyKey = null, concurrencyLimit = 1 } = options;
  const { rateLimitKey = null, rateLimit = null, spreadKey = null } = options;
  return { lane, concurrencyKey, concurrencyLimit, rateLimitKey, rateLimit, spreadKey };
}

const NO_WANTS = wantsOf({});
const NO_KEYS = keysOf({});
