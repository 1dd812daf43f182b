import { Capability, type TaskContext, TaskFailure } from '@baton/agent-sdk';

interface FailInput {
  readonly failures: number;
  readonly retryable?: boolean;
  readonly message?: string;
}

/** Fails the first attempts, then succeeds. */
export class Fail extends Capability<FailInput, { attempt: number }> {
  readonly name = 'probe.fail';
  readonly description = 'Fails on the first `failures` attempts, then answers with the number of the attempt.';
  readonly input = {
    type: 'object',
    required: ['failures'],
    properties: {
      failures: { type: 'integer', minimum: 0 },
      retryable: { type: 'boolean', default: true },
      message: { type: 'string', maxLength: 1000 },
    },
    additionalProperties: false,
  };
  readonly output = {
    type: 'object',
    required: ['attempt'],
    properties: { attempt: { type: 'integer', minimum: 1 } },
    additionalProperties: false,
  };

  execute({ failures, retryable = true, message }: FailInput, { attempt }: TaskContext): { attempt: number } {
    if (attempt > failures) return { attempt };
    throw new TaskFailure('PROBE_FAILED', message ?? `Attempt ${attempt} fails, as ${failures} were asked to`, {
      retryable,
    });
  }
}
