import { type Spawning, spawnLimits, type TaskError } from '@baton/contracts';

/**
 * Whether a task may spawn what it asks for. Rules:
 * SP1 What any task on the way up from it says holds, counted from that task; so nothing a spawned task says can widen
 *     what was allowed above it. The root has the defaults for what it does not say.
 * SP2 `depth` counts levels below the task that says it, `fanOut` the tasks one task spawns itself, in all its batches,
 *     `tasks` all below the task that says it.
 * SP3 A batch that is there already is not counted again; with other tasks under its key it is refused.
 */
export interface Spawner {
  readonly id: string;
  readonly depth: number;
  readonly spawning: Spawning | null;
  /** Tasks below it, at all levels. */
  readonly below: number;
}

export interface SpawnRequest {
  /** The task that spawns, its parent, and so on up to the root. */
  readonly lineage: readonly [Spawner, ...Spawner[]];
  /** How many tasks each of its batches has so far. */
  readonly batches: Readonly<Record<string, number>>;
  readonly key: string;
  /** Of the tasks, in their order. */
  readonly capabilities: readonly string[];
  /** Capabilities of the tasks that are there under this key, by their place; empty: there are none. */
  readonly existing: ReadonlyMap<number, string>;
}

/** Why it may not spawn this batch: final for its attempt. Undefined: it may. */
export function spawnFault(request: SpawnRequest): TaskError | undefined {
  const known = Object.hasOwn(request.batches, request.key) ? request.batches[request.key] : undefined;
  const fault = known === undefined ? overLimits(request) : otherThanBefore(request, known);
  return fault && { ...fault, retryable: false };
}

type Fault = Pick<TaskError, 'code' | 'message'>;

function otherThanBefore({ key, capabilities, existing }: SpawnRequest, size: number): Fault | undefined {
  const other = [...existing].find(([index, capability]) => capabilities[index] !== capability);
  if (capabilities.length === size && !other) return undefined;
  const now = other ? `task ${other[0]} was of ${other[1]}` : `it had ${size} tasks and has ${capabilities.length} now`;
  const message =
    `The batch "${key}" was spawned before with other tasks: ${now}. What runs before a spawn must give the same ` +
    'every time; give other batches other keys.';
  return { code: 'SPAWN_CHANGED', message };
}

function overLimits({ lineage, batches, capabilities }: SpawnRequest): Fault | undefined {
  const count = capabilities.length;
  const own = Object.values(batches).reduce((sum, size) => sum + size, 0);
  for (const { depth, spawning, below, id } of withDefaults(lineage)) {
    const levels = lineage[0].depth + 1 - depth;
    const of = `(set by task ${id})`;
    if (levels > spawning.depth) return limit(`depth ${spawning.depth} ${of}: these would be level ${levels}`);
    if (own + count > spawning.fanOut) {
      return limit(`fanOut ${spawning.fanOut} ${of}: it has spawned ${own} and asks for ${count} more`);
    }
    if (below + count > spawning.tasks) {
      return limit(`tasks ${spawning.tasks} ${of}: there are ${below} below it and ${count} more are asked for`);
    }
    const { capabilities: allowed } = spawning;
    const foreign = allowed && capabilities.find((capability) => !allowed.includes(capability));
    if (foreign !== undefined) return limit(`capabilities ${of}: ${foreign} is not among them`);
  }
  return undefined;
}

function limit(which: string): Fault {
  return { code: 'SPAWN_LIMIT', message: `The task may not spawn this batch; its limit is ${which}.` };
}

type Limits = Omit<Spawner, 'spawning'> & { readonly spawning: Required<Omit<Spawning, 'capabilities'>> & Spawning };
const NO_LIMITS = { depth: Infinity, fanOut: Infinity, tasks: Infinity };

function withDefaults(lineage: readonly Spawner[]): Limits[] {
  return lineage.map((spawner, index) => {
    const unsaid = index === lineage.length - 1 ? spawnLimits : NO_LIMITS;
    return { ...spawner, spawning: { ...unsaid, ...spawner.spawning } };
  });
}
