import { MeshError, ValidationError } from '@baton/contracts';

/** More is waiting to be stored than this process may hold; nothing of this submission was kept. */
export class OverloadedError extends MeshError {
  readonly code = 'OVERLOADED';
  readonly recovery = 'retry';
  readonly retryAfterSeconds = 1;
  constructor(why: string) {
    super(`${why}: this one was not taken. Send it again in a second.`);
  }
}

/** The same key came with another task before. */
export class IdempotencyKeyReusedError extends MeshError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  readonly recovery = 'conflict';
  constructor(key: string, taskId: string) {
    super(
      `The idempotency key "${key}" belongs to task ${taskId}, which has another capability or input. Use a new key.`,
      {
        taskId,
      },
    );
  }
}

/** Nobody has ever offered this capability here. */
export class CapabilityUnknownError extends ValidationError {
  constructor(capability: string, path: string, near: readonly string[]) {
    const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'GET /api/agents shows what is offered.';
    const message = `No agent has ever offered the capability "${capability}". ${hint}`;
    super([{ path, message }], 'CAPABILITY_UNKNOWN', message);
  }
}

/** The capability is known, but in none of the versions asked for. */
export class VersionUnknownError extends ValidationError {
  constructor(capability: string, range: string, versions: readonly string[]) {
    const message = `No agent has ever offered ${capability} in a version of "${range}". There is: ${versions.join(', ')}.`;
    super([{ path: 'version', message }], 'CAPABILITY_UNKNOWN', message);
  }
}

/** Only this agent may take the task, and it never will. */
export class TargetAgentGoneError extends ValidationError {
  constructor(agentId: string, what: 'unknown' | 'ended', path = 'agentId') {
    const why = what === 'unknown' ? 'was never registered' : 'has ended';
    const message = `Agent ${agentId} ${why}. Name another one, or leave agentId out.`;
    super([{ path, message }], 'TARGET_AGENT_GONE', message);
  }
}

/** The same error, of one task of a batch: its paths begin with the place of the task. */
export function inBatch(error: unknown, index: number): unknown {
  if (!(error instanceof ValidationError)) return error;
  const faults = error.faults.map((fault) => ({ ...fault, path: `tasks[${index}].${fault.path}` }));
  return new ValidationError(faults, error.code, `tasks[${index}]: ${error.message}`);
}
