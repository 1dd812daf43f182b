import { type AgentId, type PhaseTimes, type ResultQuality, type TaskError, type TaskState } from '@baton/contracts';

/** One task of a run, as the database tells it. */
export interface RunTask {
  readonly id: string;
  /** Of the step that submitted it, or whose task spawned it. */
  readonly stepKey: string;
  /** The task that spawned it. */
  readonly parentId: string | null;
  readonly capability: string;
  readonly state: TaskState;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** Oldest first. */
  readonly attempts: readonly TaskAttempt[];
  /** How many there were. */
  readonly attemptCount: number;
  readonly cost: number | null;
  readonly quality: ResultQuality | null;
  readonly error: TaskError | null;
}

/** One attempt of a task: who had it, when, and what came of it. */
export interface TaskAttempt {
  readonly agentId: AgentId;
  readonly agentName: string | null;
  /** When the orchestrator gave it away, and when it recorded the end. */
  readonly assignedAt: Date;
  readonly endedAt: Date | null;
  /** The state its task went to; null: it is under way. */
  readonly outcome: TaskState | null;
  readonly errorCode: string | null;
  /** By the clock of the agent's machine; null: it did not say. */
  readonly phases: PhaseTimes | null;
}
