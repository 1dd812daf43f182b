import { type CloudEvent } from '@baton/contracts';
import { type QueueSpec, type Verdict } from '../bus';
import { backoffMs } from './backoff';
import { type CalmLog } from './calm-log';
import { toDeadLetter } from './dead-letter';
import { keepsDeadLetters } from './declare';
import { type Held, type Line } from './held';
import { type Outbound } from './outbound';
import { type Refusal, refusalOf } from './refusal-of';
import { type Outcomes } from './work';
import { maxFailures, poisonRefusal, verdictOf } from './verdicts';

/** Where dead letters go: resolves when the broker has it. */
export type Refusals = (letter: Outbound) => Promise<unknown>;

/**
 * Turns verdicts into acks, another try after a pause, or dead letters. A delivery that is tried again stays unacked
 * here: the broker counts no redelivery, and a busy database slows the intake instead of emptying the queue.
 */
export class Settlement implements Outcomes {
  private readonly retries = new Map<Held, NodeJS.Timeout>();
  private readonly refusing = new Set<Promise<unknown>>();
  private stopped = false;

  constructor(
    private readonly spec: QueueSpec,
    private readonly noAck: boolean,
    private readonly context: { readonly calm: CalmLog; readonly refusals: Refusals },
    private readonly again: (held: Held) => void,
  ) {}

  taken(held: Held): void {
    if (this.noAck) this.ack(held);
  }

  stale(held: Held): boolean {
    return !held.line.alive && this.spec.life === 'durable';
  }

  settle(held: Held, verdict: Verdict): void {
    held.ended?.();
    if (verdict === 'done') this.ack(held);
    else if (verdict === 'retry') this.retry(held);
    else void this.refuse(held, refusalOf(verdict));
  }

  failed(batch: readonly Held[], error: unknown): void {
    const verdict = verdictOf(error);
    const fields = { event: 'bus.handler.failed', queue: this.spec.name, deliveries: batch.length, err: error };
    if (verdict !== 'done') this.context.calm.warn(`failed ${this.spec.name}`, fields, 'a handler threw');
    for (const held of batch) {
      held.ended?.();
      if (verdict !== 'failed') this.settle(held, verdict);
      else if (batch.length > 1) this.retryAlone(held);
      else if (++held.failures > maxFailures) void this.refuse(held, poisonRefusal(error));
      else this.retry(held);
    }
  }

  /** To the dead letters with the reason, then acked. A queue without dead letters drops it, visibly. */
  refuse(held: Held, why: Refusal): Promise<void> {
    const refusal = this.store(held, why).then((stored) => {
      if (stored) this.ack(held);
      this.refusing.delete(refusal);
    });
    this.refusing.add(refusal);
    return refusal;
  }

  /** Refuses some events of a message; false when that could not be made safe. */
  refusePart(held: Held, why: Refusal, events: readonly CloudEvent<unknown>[]): Promise<boolean> {
    return this.store(held, why, events);
  }

  /** Deliveries of a channel that is gone: the broker has them again and delivers them again. */
  dropRetries(line: Line): void {
    for (const [held, timer] of this.retries) {
      if (held.line !== line || !this.stale(held)) continue;
      clearTimeout(timer);
      this.retries.delete(held);
    }
  }

  /** No further tries: what waits for one goes back to the queue. */
  stop(): void {
    this.stopped = true;
    for (const [held, timer] of this.retries) {
      clearTimeout(timer);
      held.line.giveBack(held.message.fields.deliveryTag);
    }
    this.retries.clear();
  }

  async idle(): Promise<void> {
    await Promise.all(this.refusing);
  }

  private ack(held: Held): void {
    held.line.ack(held.message.fields.deliveryTag);
  }

  private retry(held: Held): void {
    if (this.stopped) return held.line.giveBack(held.message.fields.deliveryTag);
    held.delivery = { ...held.delivery, redelivered: true };
    const delay = backoffMs(held.tries++, Math.random());
    const timer = setTimeout(() => {
      this.retries.delete(held);
      this.again(held);
    }, delay);
    this.retries.set(held, timer);
  }

  private retryAlone(held: Held): void {
    held.alone = true;
    held.delivery = { ...held.delivery, redelivered: true };
    this.again(held);
  }

  private store(held: Held, why: Refusal, events?: readonly CloudEvent<unknown>[]): Promise<boolean> {
    const kept = keepsDeadLetters(this.spec);
    const { messageId, type } = held.message.properties as unknown as Record<string, unknown>;
    const { reason, code } = why;
    const user = held.message.properties.userId as unknown;
    const fields = { event: 'bus.message.refused', queue: this.spec.name, messageId, type, user, code, reason, kept };
    this.context.calm.warn(`refused ${this.spec.name} ${code}`, fields, 'a message was refused');
    if (!kept) return Promise.resolve(true);
    return this.context.refusals(toDeadLetter(held.message, this.spec.name, why, events)).then(
      () => true,
      () => false, // the bus is closing: unacked, the message stays in its queue
    );
  }
}
