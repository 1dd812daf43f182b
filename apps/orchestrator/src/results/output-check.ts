import { type TaskFinished } from '@baton/contracts';
import { type AttemptEnd } from '@baton/engine';
import { type Desk } from '../dispatch/desk';
import { type OutputSchemas } from './output-schemas';

/**
 * Checks outputs against the schema their capability was announced with, whatever the agent says it has checked: agents
 * are written by others, in any language. What has no schema costs next to nothing.
 */
export class OutputCheck {
  constructor(
    private readonly desk: Pick<Desk, 'held' | 'scheduler'>,
    private readonly schemas: OutputSchemas,
  ) {}

  /** Resolves when `refusal` can answer for this result; undefined: it can at once. */
  prepare(finished: TaskFinished): Promise<unknown> | undefined {
    const check = this.checkOf(finished);
    return check instanceof Promise ? check : undefined;
  }

  /** The end of an attempt whose output does not fit. Undefined: it fits, or there is nothing to check. */
  refusal(finished: TaskFinished): AttemptEnd | undefined {
    const check = this.checkOf(finished);
    if (!check || check instanceof Promise) return undefined;
    const faults = check(finished.output ?? null);
    if (faults.length === 0) return undefined;
    const told = faults.map(({ path, message }) => `${path === '' ? 'output' : `output.${path}`} ${message}`);
    const message = `The output does not fit the schema of the capability: ${told.join('; ')}`.slice(0, 2000);
    return { kind: 'failed', error: { code: 'OUTPUT_INVALID', message, retryable: false } };
  }

  private checkOf({ outcome, taskId, token }: TaskFinished): ReturnType<OutputSchemas['outputCheck']> {
    if (outcome !== 'completed') return null;
    const row = this.desk.held.current(taskId, token)?.row;
    if (!row) return null;
    const offer = this.desk.scheduler.pool.offer(row.agentId, row.capability);
    return this.schemas.outputCheck(row.capability, offer?.version);
  }
}
