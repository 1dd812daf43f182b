import { type BatchHandler, type DeliveryHandler, type Verdict } from '../bus';
import { type Held } from './held';

/** How deliveries reach a handler. Failures and verdicts go back to whoever holds the deliveries. */
export interface Work {
  take(held: Held): void;
  /** Resolves when nothing waits and no handler runs. */
  idle(): Promise<void>;
}

export interface Outcomes {
  /** The handler is about to get it. */
  taken(held: Held): void;
  /** Its channel is gone and the broker delivers it again: not worth starting on. */
  stale(held: Held): boolean;
  settle(held: Held, verdict: Verdict): void;
  /** The handler threw on these. */
  failed(held: readonly Held[], error: unknown): void;
}

/** Each delivery goes to the handler as it comes; as many run at once as the prefetch lets in. */
export class EachWork implements Work {
  private running = 0;
  private readonly idlers: (() => void)[] = [];

  constructor(
    private readonly handler: DeliveryHandler,
    private readonly outcomes: Outcomes,
  ) {}

  take(held: Held): void {
    this.running++;
    this.outcomes.taken(held);
    let verdict: Promise<Verdict> | Verdict;
    try {
      verdict = this.handler(held.delivery);
    } catch (error) {
      return this.fail(held, error);
    }
    if (!(verdict instanceof Promise)) return this.end(held, verdict);
    verdict.then(
      (value) => this.end(held, value),
      (error: unknown) => this.fail(held, error),
    );
  }

  idle(): Promise<void> {
    return this.running === 0 ? Promise.resolve() : new Promise((resolve) => this.idlers.push(resolve));
  }

  private end(held: Held, verdict: Verdict): void {
    this.outcomes.settle(held, verdict);
    this.leave();
  }

  private fail(held: Held, error: unknown): void {
    this.outcomes.failed([held], error);
    this.leave();
  }

  private leave(): void {
    if (--this.running > 0) return;
    for (const resolve of this.idlers.splice(0)) resolve();
  }
}

/** Deliveries gather while the handler is busy; an idle handler gets what came in the same turn. */
export class BatchWork implements Work {
  private waiting: Held[] = [];
  private draining: Promise<void> | undefined;

  constructor(
    private readonly handler: BatchHandler,
    private readonly outcomes: Outcomes,
  ) {}

  take(held: Held): void {
    this.waiting.push(held);
    this.draining ??= this.drain();
  }

  async idle(): Promise<void> {
    while (this.draining) await this.draining;
  }

  private async drain(): Promise<void> {
    await Promise.resolve(); // what arrived in one read of the socket travels together
    while (this.waiting.length > 0) await this.run(this.nextBatch());
    this.draining = undefined;
  }

  private nextBatch(): Held[] {
    const firstAlone = this.waiting.findIndex((held) => held.alone);
    if (firstAlone < 0) {
      const all = this.waiting;
      this.waiting = [];
      return all;
    }
    return this.waiting.splice(0, Math.max(firstAlone, 1));
  }

  private async run(gathered: Held[]): Promise<void> {
    const batch = gathered.filter((held) => !this.outcomes.stale(held));
    if (batch.length === 0) return;
    for (const held of batch) this.outcomes.taken(held);
    try {
      const verdicts = await this.handler(batch.map((held) => held.delivery));
      if (verdicts.length !== batch.length) {
        throw new TypeError(`A batch handler gave ${verdicts.length} verdicts for ${batch.length} deliveries`);
      }
      batch.forEach((held, index) => this.outcomes.settle(held, verdicts[index] as Verdict));
    } catch (error) {
      this.outcomes.failed(batch, error);
    }
  }
}
