import { type AgentId, type AttemptToken, type TaskId } from '../ids';
import { type JsonObject, type JsonValue } from '../json';
import { defineMessage } from '../message';
import { anyJson, dateTime, name, object, oneOf, record, text, uuid } from '../schema-parts';
import {
  costSchema,
  type ResultQuality,
  resultQualitySchema,
  type Spawn,
  type SpawnedResult,
  spawnedSchema,
  spawnSchema,
} from './spawn';
import { taskErrorSchema, type TaskError } from './task-error';
import { taskPhases, type PhaseTimes, type TaskPhase } from './task-state';

/** As large as the database counts. */
const attempt = { type: 'integer', minimum: 1, maximum: 2_147_483_647 };
const phaseTimes = object(Object.fromEntries(taskPhases.map((phase) => [`${phase}?`, dateTime])));

/** Orchestrator → agent inbox: run this attempt. Sent again or elsewhere when it gets lost. */
export interface TaskAssigned {
  readonly taskId: TaskId;
  readonly attempt: number;
  readonly token: AttemptToken;
  readonly capability: string;
  readonly input: JsonValue;
  /** Time left for this attempt when it was sent, in milliseconds. */
  readonly timeoutMs: number;
  readonly metadata?: JsonObject;
  /** What became of the batches the task has spawned so far, by their keys. The attempt begins anew and gets to use them. */
  readonly spawned?: Readonly<Record<string, readonly SpawnedResult[]>>;
  /**
   * To begin when the attempt with this token has completed at this agent, not before; its time counts from then. Did
   * that one end otherwise, or is it not known here, this one is handed back. Only for agents that declare `sequences`.
   */
  readonly after?: AttemptToken;
}
export const taskAssigned = defineMessage<TaskAssigned>({
  type: 'io.baton.task.assigned.v1',
  summary: 'Run this attempt of a task.',
  schema: object({
    taskId: uuid,
    attempt,
    token: uuid,
    capability: name,
    input: anyJson,
    timeoutMs: { type: 'number', minimum: 0 },
    'metadata?': record(anyJson),
    'spawned?': spawnedSchema,
    'after?': uuid,
  }),
});

/** Orchestrator → agent inbox: abort this attempt; its result is not wanted any more. */
export interface TaskCanceled {
  readonly taskId: TaskId;
  readonly attempt: number;
  readonly token: AttemptToken;
  readonly reason: string;
}
export const taskCanceled = defineMessage<TaskCanceled>({
  type: 'io.baton.task.cancel.v1',
  summary: 'Abort this attempt of a task.',
  schema: object({ taskId: uuid, attempt, token: uuid, reason: text }),
});

/** Agent → `baton.results`: an attempt that lasts says where it stands. Fenced by the token. */
export interface TaskProgress {
  readonly taskId: TaskId;
  readonly agentId: AgentId;
  readonly attempt: number;
  readonly token: AttemptToken;
  readonly phase: TaskPhase;
  /** 0 to 100, as the capability reports it. */
  readonly percent?: number;
  readonly message?: string;
  readonly phases: PhaseTimes;
}
export const taskProgress = defineMessage<TaskProgress>({
  type: 'io.baton.task.progress.v1',
  summary: 'Where a running attempt stands.',
  schema: object({
    taskId: uuid,
    agentId: uuid,
    attempt,
    token: uuid,
    phase: oneOf(taskPhases),
    'percent?': { type: 'number', minimum: 0, maximum: 100 },
    'message?': { type: 'string', maxLength: 1000 },
    phases: phaseTimes,
  }),
});

/** Agent → `baton.results`: how an attempt ended. Fenced by the token; recorded at most once. */
export interface TaskFinished {
  readonly taskId: TaskId;
  readonly agentId: AgentId;
  readonly attempt: number;
  readonly token: AttemptToken;
  readonly outcome: 'completed' | 'failed' | 'canceled' | 'rejected' | 'waiting';
  /** Present when completed. */
  readonly output?: JsonValue;
  /** Present when failed or rejected. */
  readonly error?: TaskError;
  /** Present when waiting: the tasks it waits for. When all of them have ended it gets another attempt. */
  readonly spawn?: Spawn;
  /** Of this attempt, in cost units. */
  readonly cost?: number;
  readonly quality?: ResultQuality;
  readonly phases: PhaseTimes;
}
export const taskFinished = defineMessage<TaskFinished>({
  type: 'io.baton.task.finished.v1',
  summary:
    'How an attempt of a task ended. `rejected` hands it back: the agent is draining, full or lacks the capability. ' +
    '`waiting`: it spawned tasks and goes on, in another attempt, when they have ended.',
  schema: object({
    taskId: uuid,
    agentId: uuid,
    attempt,
    token: uuid,
    outcome: oneOf(['completed', 'failed', 'canceled', 'rejected', 'waiting']),
    'output?': anyJson,
    'error?': taskErrorSchema,
    'spawn?': spawnSchema,
    'cost?': costSchema,
    'quality?': resultQualitySchema,
    phases: phaseTimes,
  }),
});
