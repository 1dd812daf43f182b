import { type ConsumeMessage } from 'amqplib';
import { type Logger } from '@baton/observability';
import { type Binding, type ConsumeOptions, type Delivery, type QueueSpec, type Subscription } from '../bus';
import { backoffMs } from './backoff';
import { Binder } from './binder';
import { type CalmLog } from './calm-log';
import { DeathNotes, identityOf } from './death-notes';
import { type DurableQueueType, keepsDeadLetters } from './declare';
import { describeFailure, replyCode } from './failure';
import { Gate } from './gate';
import { type Held, Line } from './held';
import { createSorter, type SendReply, takeAll, toDelivery, toRawDelivery } from './intake';
import { openChannel, orLost, type Session } from './session';
import { type Refusal } from './refusal-of';
import { type Refusals, Settlement } from './settlement';
import { type Outcomes, type Work } from './work';

/** Where a message may be one that kills its recipient, and can be put aside for it. */
function keepsCount(spec: QueueSpec, { noAck }: ConsumerOptions): boolean {
  return spec.life === 'durable' && keepsDeadLetters(spec) && !noAck;
}

/** What a consumer needs from its bus. */
export interface ConsumerContext {
  readonly logger: Logger;
  readonly calm: CalmLog;
  readonly durableQueueType: DurableQueueType;
  readonly refusals: Refusals;
  readonly sendReply: SendReply;
  /** Where notes about deadly deliveries are kept; by default what they came by. */
  readonly notesSession?: () => Session | undefined;
}

export interface ConsumerOptions extends ConsumeOptions {
  /** Nothing is decoded: its handler gets RawDelivery. */
  readonly raw?: boolean;
}

const defaultPrefetch = 100;

/**
 * One subscription over all the lives of its channel: declares, binds and consumes again after every loss, on a
 * reconnect, a cancel by the broker or an error of its channel.
 */
export class Consumer implements Subscription {
  private readonly sorter;
  private readonly settlement: Settlement;
  private readonly work: Work;
  private readonly gate: Gate;
  private line: Line | undefined;
  private stopped = false;
  private hadQueue = false;
  private readonly binder: Binder;
  private pause: { timer: NodeJS.Timeout; end: () => void } | undefined;

  constructor(
    private readonly spec: QueueSpec,
    private readonly options: ConsumerOptions,
    private readonly context: ConsumerContext,
    createWork: (outcomes: Outcomes) => Work,
  ) {
    this.binder = new Binder(spec);
    this.sorter = options.raw ? takeAll : createSorter(options.kinds);
    this.settlement = new Settlement(spec, options.noAck ?? false, context, (held) => this.work.take(held));
    this.work = createWork(this.settlement);
    this.gate = new Gate({
      work: this.work,
      notes: keepsCount(spec, options) ? new DeathNotes(spec.name) : undefined,
      refuse: (held, refusal) => this.settlement.refuse(held, refusal),
      calm: context.calm,
      session: context.notesSession,
    });
  }

  /** Consumes on this session. Throws what the broker refused. */
  async attach(session: Session, name = this.spec.name): Promise<void> {
    const channel = await openChannel(session.consuming, 'plain', () => this.gone(line, session));
    const line = new Line(channel, session);
    try {
      await channel.prefetch(this.options.prefetch ?? defaultPrefetch);
      await this.binder.declare(line, this.context.durableQueueType, name);
      const priority = this.spec.newestFirst ? secondsNow() : this.options.priority;
      const way = priority === undefined ? {} : { priority };
      const consumed = await channel.consume(line.queue, (message) => this.receive(line, message), way);
      line.consumerTag = consumed.consumerTag;
    } catch (error) {
      await channel.close().catch(() => undefined);
      if (name === this.spec.name && this.isHeldByOurPast(error)) return this.attach(session, `${name}~${Date.now()}`);
      throw error;
    }
    this.hadQueue = true;
    this.line = line;
    this.binder.attached(line);
    if (this.stopped) await this.leave();
  }

  bind(binding: Binding): Promise<void> {
    return this.binder.bind(binding);
  }

  unbind(binding: Binding): Promise<void> {
    return this.binder.unbind(binding);
  }

  /** Attaches again; resolves after the first try and goes on trying behind the scenes as long as the session lives. */
  async resume(session: Session, attempt = 0): Promise<void> {
    if (this.stopped || !session.alive) return;
    try {
      await this.attach(session);
    } catch (error) {
      if (!session.alive) return;
      const fields = { event: 'bus.consumer.retry', queue: this.spec.name, attempt, reason: describeFailure(error) };
      this.context.logger.warn(fields, 'cannot consume, trying again');
      void this.wait(backoffMs(attempt, Math.random())).then(() => this.resume(session, attempt + 1));
    }
  }

  async stop(): Promise<void> {
    if (this.stopped) return this.work.idle();
    this.stopped = true;
    this.binder.stop();
    this.pause?.end();
    const line = this.line;
    if (line?.alive) await orLost(line.session, line.channel.cancel(line.consumerTag)).catch(() => undefined);
    this.gate.stop();
    this.settlement.stop();
    await this.settlement.idle();
    await this.work.idle();
    await this.gate.idle();
    await this.settlement.idle();
    await this.leave();
  }

  private async leave(): Promise<void> {
    const line = this.line;
    this.line = undefined;
    line?.flush();
    if (line?.alive) await orLost(line.session, line.channel.close()).catch(() => undefined);
  }

  private receive(line: Line, message: ConsumeMessage | null): void {
    if (!line.alive) return; // given up: the broker delivers it again
    if (!message) {
      this.context.logger.warn({ event: 'bus.consumer.canceled', queue: line.queue }, 'the broker canceled a consumer');
      line.channel.close().catch(() => undefined);
      return;
    }
    line.acks.delivered(message.fields.deliveryTag, identityOf(message));
    const { good, bad, fault } = this.sorter(message);
    const delivery = this.deliver(message, good);
    const held: Held = { message, line, delivery, failures: 0, tries: 0, alone: false };
    if (fault === undefined) this.gate.take(held);
    else if (good.length === 0) this.refuse(held, fault);
    else void this.settlement.refusePart(held, fault, bad).then((stored) => stored && this.gate.take(held));
  }

  private deliver(message: ConsumeMessage, good: Delivery['events']): Delivery {
    const { redelivered } = message.fields;
    if (!this.options.raw) return toDelivery(message, good, redelivered, this.context.sendReply);
    return toRawDelivery(message, redelivered) as unknown as Delivery; // its handler is a RawHandler
  }

  private refuse(held: Held, fault: Refusal): void {
    if (this.options.unreadable?.(held.delivery, fault.reason)) this.settlement.settle(held, 'done');
    else void this.settlement.refuse(held, fault);
  }

  private gone(line: Line, session: Session): void {
    line.alive = false;
    this.gate.lost(line);
    this.options.lost?.();
    if (this.line !== line) return;
    this.line = undefined;
    this.binder.lost();
    this.settlement.dropRetries(line);
    void this.resume(session);
  }

  /** Our own queue of a connection that the broker has not given up yet: a second one with the same bindings serves. */
  private isHeldByOurPast(error: unknown): boolean {
    return this.hadQueue && this.spec.life === 'exclusive' && replyCode((error as Error).cause) === 405;
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(this.pause?.timer);
        this.pause = undefined;
        resolve();
      };
      this.pause = { timer: setTimeout(end, ms), end };
    });
  }
}

/** A priority that later consumers exceed; it fits the 32 bits RabbitMQ takes until 2038. */
function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}
