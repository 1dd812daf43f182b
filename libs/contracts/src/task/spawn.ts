import { type TaskId } from '../ids';
import { type JsonValue } from '../json';
import { anyJson, name, nullable, object, oneOf, record, text, uuid } from '../schema-parts';
import { type Submit, submitSchema } from './submit';
import { taskErrorSchema, type TaskError } from './task-error';
import { finalTaskStates, type FinalTaskState } from './task-state';

/** A subtask, as the task that spawns it asks for it. Spawning is idempotent by itself, so it takes no key. */
export type SpawnTask = Omit<Submit, 'idempotencyKey'>;

/** Tasks that one task waits for together. `key` names the batch within its task: spawned again it is the same batch. */
export interface Spawn {
  readonly key: string;
  readonly tasks: readonly SpawnTask[];
}

/** How one task of a batch ended, as the task that spawned it gets it. */
export interface SpawnedResult {
  readonly taskId: TaskId;
  readonly capability: string;
  readonly state: FinalTaskState;
  /** Null unless completed. */
  readonly output: JsonValue;
  /** Null when completed. */
  readonly error: TaskError | null;
}

/** What an agent says of the quality of its work; what it cannot say it leaves out. */
export interface ResultQuality {
  /** 0 to 1. */
  readonly confidence?: number;
  readonly citations?: number;
  readonly sources?: number;
  /** Share of what was asked that is covered, 0 to 1. */
  readonly coverage?: number;
}

/** Tasks of one batch. */
const spawnBatchLimit = 100;

const { idempotencyKey: _none, ...fields } = submitSchema.properties as Record<string, JsonValue>;

export const spawnSchema = object({
  key: name,
  tasks: { type: 'array', minItems: 1, maxItems: spawnBatchLimit, items: { ...submitSchema, properties: fields } },
});

/** All batches a task has had so far, by their keys, each in the order it was spawned in. */
export const spawnedSchema = record({
  type: 'array',
  items: object({
    taskId: uuid,
    capability: text,
    state: oneOf(finalTaskStates),
    output: anyJson,
    error: nullable(taskErrorSchema),
  }),
});

const share = { type: 'number', minimum: 0, maximum: 1 };
const few = { type: 'integer', minimum: 0, maximum: 1_000_000_000 };
export const resultQualitySchema = object({
  'confidence?': share,
  'citations?': few,
  'sources?': few,
  'coverage?': share,
});
/** Cost units: a number that means what the agents of a mesh agree on. */
export const costSchema = { type: 'number', minimum: 0, maximum: 1e15 };
