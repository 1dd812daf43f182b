import { setTimeout as delay } from 'node:timers/promises';
import { Capability, type TaskContext } from '@baton/agent-sdk';

/** Takes a given time; ends at once when it is canceled. */
export class Sleep extends Capability<{ ms: number }, { sleptMs: number }> {
  readonly name = 'probe.sleep';
  readonly description = 'Takes as long as it is told, and ends at once when canceled.';
  readonly input = {
    type: 'object',
    required: ['ms'],
    properties: { ms: { type: 'number', minimum: 0, maximum: 86_400_000 } },
    additionalProperties: false,
  };
  readonly output = {
    type: 'object',
    required: ['sleptMs'],
    properties: { sleptMs: { type: 'number', minimum: 0 } },
    additionalProperties: false,
  };

  async execute({ ms }: { ms: number }, task: TaskContext): Promise<{ sleptMs: number }> {
    const startedAt = performance.now();
    const sleptMs = (): number => Math.round(performance.now() - startedAt);
    const ticker = setInterval(() => task.progress((sleptMs() / ms) * 100, `slept ${sleptMs()} of ${ms} ms`), 500);
    try {
      await delay(ms, undefined, { signal: task.signal });
      return { sleptMs: sleptMs() };
    } finally {
      clearInterval(ticker);
    }
  }
}
