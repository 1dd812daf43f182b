import { requestFailed, type CloudEvent } from '@baton/contracts';
import {
  type BatchHandler,
  type Bus,
  type ConsumeOptions,
  type Delivery,
  type DeliveryHandler,
  type GatherOptions,
  type Outgoing,
  type PublishOptions,
  type PublishOutcome,
  type QueueAdmin,
  type QueueSpec,
  type RawHandler,
  type RawMessage,
  type RequestOptions,
  type Subscription,
  type Target,
  type Verdict,
} from '../bus';
import { RequestFailedError, RequestTimeoutError, UnroutableError } from '../errors';
import { type BusMeter, countOf, outcomeOf, patternOf, patternTo, type RequestOutcome } from './bus-meter';

/** A bus whose traffic is measured. What passes through as raw bytes is not. */
export class MeasuredBus implements Bus {
  constructor(
    private readonly bus: Bus,
    private readonly meter: BusMeter,
  ) {}

  get connected(): boolean {
    return this.bus.connected;
  }

  get connectedForMs(): number {
    return this.bus.connectedForMs;
  }

  get broker(): Bus['broker'] {
    return this.bus.broker;
  }

  get admin(): QueueAdmin {
    return this.bus.admin;
  }

  publish(target: Target, message: Outgoing | readonly Outgoing[], options?: PublishOptions): Promise<PublishOutcome> {
    const sending = this.bus.publish(target, message, options);
    sending.then(
      (outcome) => this.meter.sent(patternTo(target), outcome, countOf(message)),
      () => this.meter.sent(patternTo(target), 'failed', countOf(message)),
    );
    return sending;
  }

  forward(target: Target, message: RawMessage): Promise<PublishOutcome> {
    return this.bus.forward(target, message);
  }

  consume(queue: QueueSpec, handler: DeliveryHandler, options?: ConsumeOptions): Promise<Subscription> {
    const measured: DeliveryHandler = (delivery) => {
      this.delivered([delivery]);
      const verdict = this.watched(() => handler(delivery), [delivery]);
      if (!(verdict instanceof Promise)) {
        this.handled(delivery, verdict);
        return verdict;
      }
      return verdict.then((value) => {
        this.handled(delivery, value);
        return value;
      });
    };
    return this.bus.consume(queue, measured, options);
  }

  consumeBatches(queue: QueueSpec, handler: BatchHandler, options?: ConsumeOptions): Promise<Subscription> {
    const measured: BatchHandler = async (deliveries) => {
      this.delivered(deliveries);
      const verdicts = await this.watched(() => handler(deliveries), deliveries);
      deliveries.forEach((delivery, index) => this.handled(delivery, verdicts[index] ?? 'done'));
      return verdicts;
    };
    return this.bus.consumeBatches(queue, measured, options);
  }

  consumeRaw(queue: QueueSpec, handler: RawHandler, options?: Pick<ConsumeOptions, 'prefetch'>): Promise<Subscription> {
    return this.bus.consumeRaw(queue, handler, options);
  }

  request<Reply>(target: Target, message: Outgoing, options?: RequestOptions): Promise<CloudEvent<Reply>> {
    return this.asked(this.bus.request<Reply>(target, message, options), () => 'answered');
  }

  gather(target: Target, message: Outgoing, options: GatherOptions): Promise<readonly CloudEvent<unknown>[]> {
    const outcome = (answers: readonly CloudEvent<unknown>[]): RequestOutcome => {
      if (answers.length === 0) return 'timeout';
      return answers.every(({ type }) => type === requestFailed.type) ? 'refused' : 'answered';
    };
    return this.asked(this.bus.gather(target, message, options), outcome);
  }

  on(event: 'connected' | 'disconnected', listener: () => void): () => void {
    return this.bus.on(event, listener);
  }

  close(withinMs?: number): Promise<void> {
    return this.bus.close(withinMs);
  }

  private asked<Answer>(asking: Promise<Answer>, outcomeWith: (answer: Answer) => RequestOutcome): Promise<Answer> {
    const askedAt = performance.now();
    const measure = (outcome: RequestOutcome): void => this.meter.asked(outcome, (performance.now() - askedAt) / 1000);
    asking.then(
      (answer) => measure(outcomeWith(answer)),
      (error: unknown) => measure(failureOf(error)),
    );
    return asking;
  }

  /** Runs a handler; what it throws counts as failed and stays thrown. */
  private watched<Result>(run: () => Result, deliveries: readonly Delivery[]): Result {
    const failed = (error: unknown): never => {
      for (const delivery of deliveries) this.meter.handled(patternOf(delivery), 'failed', delivery.events.length);
      throw error;
    };
    try {
      const result = run();
      return result instanceof Promise ? (result.catch(failed) as Result) : result;
    } catch (error) {
      return failed(error);
    }
  }

  /** Events that travelled together were as long on their way. */
  private delivered(deliveries: readonly Delivery[]): void {
    const now = Date.now();
    for (const delivery of deliveries) {
      const sentAt = Date.parse(delivery.events[0]?.time ?? '');
      if (!Number.isNaN(sentAt)) this.meter.delivered(patternOf(delivery), Math.max(0, now - sentAt) / 1000);
    }
  }

  private handled(delivery: Delivery, verdict: Verdict): void {
    this.meter.handled(patternOf(delivery), outcomeOf(verdict), delivery.events.length);
  }
}

function failureOf(error: unknown): RequestOutcome {
  if (error instanceof RequestFailedError) return 'refused';
  if (error instanceof UnroutableError) return 'unroutable';
  return error instanceof RequestTimeoutError ? 'timeout' : 'failed';
}
