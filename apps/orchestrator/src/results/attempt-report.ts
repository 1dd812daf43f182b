import {
  type AgentId,
  type AttemptToken,
  type PhaseTimes,
  type ResultQuality,
  type Spawn,
  type TaskId,
} from '@baton/contracts';
import { type AttemptEnd } from '@baton/engine';
import { type SpawnedBatch } from '@baton/persistence';

/** News that an attempt ended, from its agent or from the brain itself. */
export interface AttemptReport {
  readonly taskId: TaskId;
  readonly token: AttemptToken;
  readonly attempt: number;
  readonly agentId: AgentId;
  readonly end: AttemptEnd;
  /** JSON text; present when completed. */
  readonly output: string | null;
  readonly phases: PhaseTimes | null;
  /** Who says so: `agent:<id>` or `orchestrator`. */
  readonly actor: string;
  /** What it asks to spawn, when it ended to wait for that. */
  readonly spawn?: Spawn | null;
  /** The same when it was found to be allowed: to be stored with the end. */
  readonly batch?: SpawnedBatch;
  readonly cost?: number | undefined;
  readonly quality?: ResultQuality | undefined;
}
