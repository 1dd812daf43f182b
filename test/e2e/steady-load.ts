import { eventually } from '@baton/testing';
import { type ApiClient } from './api-client';

/**
 * Submits all the time as a sane client does: what is refused for now (429, 5xx, no connection) is sent again under
 * the same idempotency key, what is accepted is remembered, and anything else is a failure of the test.
 */
export class SteadyLoad {
  readonly accepted = new Set<string>();
  private readonly faults: string[] = [];
  private readonly senders: Promise<void>[];
  private running = true;
  private sent = 0;

  private constructor(
    private readonly client: () => ApiClient,
    private readonly task: (index: number) => object,
    private readonly name: string,
  ) {
    this.senders = [this.send(), this.send(), this.send()];
  }

  static start(name: string, client: () => ApiClient, task: (index: number) => object): SteadyLoad {
    return new SteadyLoad(client, task, name);
  }

  /** Resolves when `more` tasks have been accepted from now on. */
  async flows(more = 20, timeoutMs = 40_000): Promise<void> {
    const from = this.accepted.size;
    await eventually(() => this.accepted.size >= from + more, { timeoutMs, everyMs: 5 });
  }

  /** Ends it; resolves with the ids of all that was accepted. */
  async stop(): Promise<string[]> {
    this.running = false;
    await Promise.all(this.senders);
    expect(this.faults).toEqual([]);
    return [...this.accepted];
  }

  private async send(): Promise<void> {
    while (this.running && this.faults.length === 0) {
      const index = this.sent++;
      await this.untilAccepted({ ...this.task(index), idempotencyKey: `${this.name}-${index}` });
      await pause(5);
    }
  }

  private async untilAccepted(task: object): Promise<void> {
    for (;;) {
      const answer = await this.client()
        .call<{ id: string; code?: string }>('POST', '/api/tasks', task)
        .catch(() => undefined);
      if (answer && answer.status < 300) return void this.accepted.add(answer.body.id);
      if (answer && ![429, 503].includes(answer.status)) {
        this.faults.push(`${answer.status} ${answer.body.code}`);
        return;
      }
      if (!this.running) return;
      await pause(100);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
