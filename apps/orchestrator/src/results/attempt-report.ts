import { type AgentId, type AttemptToken, type PhaseTimes, type TaskId } from '@baton/contracts';
import { type AttemptEnd } from '@baton/engine';

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
}
