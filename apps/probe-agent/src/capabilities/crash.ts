import { Capability, type TaskContext } from '@baton/agent-sdk';

/** Kills its own process, as hard as the system can, on the first attempts. */
export class Crash extends Capability<{ crashes: number }, { attempt: number }> {
  readonly name = 'probe.crash';
  readonly description = 'The process dies by SIGKILL on the first `crashes` attempts, then the attempt is answered.';
  readonly input = {
    type: 'object',
    required: ['crashes'],
    properties: { crashes: { type: 'integer', minimum: 0 } },
    additionalProperties: false,
  };
  readonly output = {
    type: 'object',
    required: ['attempt'],
    properties: { attempt: { type: 'integer', minimum: 1 } },
    additionalProperties: false,
  };

  execute({ crashes }: { crashes: number }, { attempt }: TaskContext): { attempt: number } {
    if (attempt <= crashes) process.kill(process.pid, 'SIGKILL');
    return { attempt };
  }
}
