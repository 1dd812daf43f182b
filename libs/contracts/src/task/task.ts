import { type AgentId, type TaskId, type WorkflowId } from '../ids';
import { type JsonObject, type JsonValue } from '../json';
import { type ResultQuality } from './spawn';
import { type RateLimit, type RetryPolicy, type Spawning, type TaskResources } from './submit';
import { type TaskError } from './task-error';
import { type TaskPhase, type TaskState } from './task-state';

/** A task as the API shows it. Times are ISO 8601 UTC. */
export interface Task {
  readonly id: TaskId;
  readonly capability: string;
  /** The range of versions it asked for. */
  readonly version: string | null;
  readonly input: JsonValue;
  readonly priority: number;
  readonly timeoutSeconds: number;
  readonly maxRetries: number;
  readonly retry: RetryPolicy | null;
  readonly runAt: string | null;
  readonly deadline: string | null;
  readonly targetAgentId: AgentId | null;
  readonly tags: readonly string[];
  readonly resources: TaskResources | null;
  readonly concurrencyKey: string | null;
  readonly concurrencyLimit: number | null;
  readonly rateLimitKey: string | null;
  readonly rateLimit: RateLimit | null;
  readonly spreadKey: string | null;
  readonly idempotencyKey: string | null;
  readonly fallback: readonly string[];
  readonly optional: boolean;
  readonly metadata: JsonObject;
  readonly state: TaskState;
  readonly phase: TaskPhase | null;
  readonly attempt: number;
  /** The agent that has, or last had, the task. */
  readonly agentId: AgentId | null;
  readonly output: JsonValue;
  readonly error: TaskError | null;
  /** The task that spawned it, and how many tasks are above it. */
  readonly parentId: TaskId | null;
  readonly depth: number;
  readonly spawning: Spawning | null;
  /** The key of the batch it waits for. */
  readonly awaiting: string | null;
  /** The tasks it spawned itself; null when it has spawned none. */
  readonly children: TaskChildren | null;
  /** Cost units of its own attempts so far, as agents reported them. */
  readonly cost: number | null;
  readonly quality: ResultQuality | null;
  readonly workflowId: WorkflowId | null;
  readonly stepId: string | null;
  readonly progress: number | null;
  readonly createdAt: string;
  readonly assignedAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** How many tasks a task has spawned, and what became of them. */
export interface TaskChildren {
  readonly total: number;
  /** Not ended yet. */
  readonly open: number;
  readonly completed: number;
  /** Failed, canceled or rejected. */
  readonly failed: number;
}

/** One transition of a task, a workflow or an agent, as its history shows it. */
export interface HistoryEntry {
  readonly at: string;
  readonly from: string | null;
  readonly to: string;
  readonly attempt: number;
  readonly agentId: AgentId | null;
  /** `user:<name>`, `agent:<id>`, `orchestrator`, `registry`, `host:<id>`. */
  readonly actor: string;
  readonly reason: string | null;
  readonly details: JsonObject | null;
}
