import { createValidator } from '@baton/bus';
import { type Spawn, type SpawnedResult, spawnSchema, type SpawnTask } from '@baton/contracts';
import { toOutputJson } from '../runner/output-json';
import { TaskFailure } from './task-failure';

/** A subtask. `input` may be left out where the capability takes null. */
export type Subtask = Omit<SpawnTask, 'input'> & { readonly input?: SpawnTask['input'] };

export interface SpawnOptions {
  /** Throw SUBTASK_FAILED, which is final, when one of them did not complete. Default: the states tell. */
  readonly failFast?: boolean;
}

const faultsOf = createValidator(spawnSchema);

/** A batch as the JSON text that is sent. Throws TaskFailure SPAWN_INVALID, SPAWN_TOO_LARGE. */
export function toSpawnJson(key: string, tasks: readonly Subtask[]): string {
  const spawn = { key, tasks: tasks.map(({ input = null, ...task }) => ({ ...task, input })) } satisfies Spawn;
  const json = written(spawn);
  const faults = faultsOf(JSON.parse(json));
  if (faults.length === 0) return json;
  const list = faults.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new TaskFailure('SPAWN_INVALID', `The batch "${key.slice(0, 200)}" cannot be spawned: ${list}`);
}

function written(spawn: Spawn): string {
  try {
    return toOutputJson(spawn);
  } catch (error) {
    if (!(error instanceof TaskFailure)) throw error;
    const message = error.message.replace('The output', `The batch "${spawn.key.slice(0, 200)}"`);
    throw new TaskFailure(error.code.replace('OUTPUT', 'SPAWN'), message, { cause: error });
  }
}

/** What a batch came to, once more when the attempt that spawned it is replayed. Throws TaskFailure SPAWN_CHANGED. */
export function replay(key: string, tasks: readonly Subtask[], results: readonly SpawnedResult[]): void {
  const other = tasks.findIndex((task, index) => !isOf(task, results[index]));
  if (other < 0 && tasks.length === results.length) return;
  throw new TaskFailure(
    'SPAWN_CHANGED',
    `The batch "${key}" had ${results.length} tasks when it was spawned, and is asked for with ${tasks.length} now or with ` +
      'other capabilities. What runs before a spawn must give the same every time; give other batches other keys.',
  );
}

/** A fallback may have done it. */
function isOf({ capability, fallback = [] }: Subtask, result: SpawnedResult | undefined): boolean {
  return result !== undefined && [capability, ...fallback].includes(result.capability);
}

/** Throws TaskFailure SUBTASK_FAILED naming the first that did not complete. */
export function refuseFailures(key: string, results: readonly SpawnedResult[]): void {
  const index = results.findIndex(({ state }) => state !== 'completed');
  const failed = results[index];
  if (!failed) return;
  const why = failed.error ? `: ${failed.error.code} ${failed.error.message}` : '';
  const { capability, taskId, state } = failed;
  throw new TaskFailure('SUBTASK_FAILED', `Task ${index} of batch "${key}" (${capability}, ${taskId}) ${state}${why}`);
}
