import { randomUUID } from 'node:crypto';
import { type CustomTransportStrategy, type MessageHandler as NestHandler, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { type CloudEvent } from '@baton/contracts';
import { type Outgoing, type QueueSpec } from '../bus';
import { HandlerList } from '../messaging/handler-list';
import { type MessageHandler, type Received } from '../messaging/messenger';
import { Reception } from '../messaging/reception';
import { type Situation } from '../messaging/turn';
import { queues } from '../topology';
import { BusContext } from './bus-context';
import { converse } from './conversation';
import { type Endpoint, type HandlerExtras, planOf, type Plan } from './endpoint';
import { toHandlerError } from './handler-error';
import { typeOf } from './pattern';
import { PatternHandlers, unchecked } from './pattern-handlers';
import { type BatonServerOptions } from './server-options';

type BusEvents = Record<'connected' | 'disconnected', () => void>;

export const batonTransport = Symbol('baton');

const closeWithinMs = 5000;

/**
 * Nest handlers over the bus. `@MessagePattern('<type>')` answers requests of that CloudEvents type; errors become
 * problem documents. `@EventPattern('task.completed.*')` gets events by routing key, each pattern from its own queue.
 * With `extras` both get direct messages and channels. A message is acked when all its handlers are done; those that
 * fail try again, alone, and what they cannot do is a dead letter.
 */
export class BatonServer extends Server<BusEvents> implements CustomTransportStrategy {
  override readonly transportId = batonTransport;
  /** The reception reports failures and decides what becomes of the message. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly endpoints: Endpoint[] = [];
  private readonly owner = randomUUID();
  private stops: (() => Promise<unknown>)[] = [];

  constructor(private readonly options: BatonServerOptions) {
    super();
    this.initializeSerializer({});
    this.initializeDeserializer({});
  }

  /** Nest chains handlers of one pattern into one; here each stays its own, so that each is done or tried again alone. */
  override addHandler(
    pattern: unknown,
    callback: NestHandler,
    isEventHandler = false,
    extras: HandlerExtras = {},
  ): void {
    const place = typeOf(pattern, this.normalizePattern(pattern as string));
    this.endpoints.push({ pattern: place, handler: Object.assign(callback, { isEventHandler, extras }), extras });
    if (!this.messageHandlers.has(place)) this.messageHandlers.set(place, callback);
  }

  listen(callback: (error?: unknown) => void): void {
    this.open().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  /** Takes nothing new and lets running handlers end. The bus stays open: it is its owner's. */
  async close(): Promise<void> {
    await Promise.all(this.stops.splice(0).map((stop) => stop()));
  }

  on<Name extends keyof BusEvents>(event: Name, callback: BusEvents[Name]): void {
    this.options.bus.on(event, callback);
  }

  unwrap<T>(): T {
    return this.options.bus as T;
  }

  private async open(): Promise<void> {
    const plan = planOf(this.endpoints);
    this.follow();
    await this.answer(plan.requests);
    for (const group of plan.events) await this.hear(group);
    await this.converse(plan);
  }

  private follow(): void {
    const { bus } = this.options;
    if (bus.connected) this._status$.next('connected');
    for (const status of ['connected', 'disconnected'] as const) {
      const unlisten = bus.on(status, () => this._status$.next(status));
      this.stops.push(() => Promise.resolve(unlisten()));
    }
  }

  /** Requests of one client may be handled at once; the same one again waits for the first. */
  private async answer(endpoints: readonly Endpoint[]): Promise<void> {
    if (endpoints.length === 0) return;
    const { requests } = this.options;
    if (!requests) {
      throw new TypeError(
        'BatonServer has @MessagePattern handlers and needs the queue of their requests (`requests`), or they the extra `direct`.',
      );
    }
    const handlers = new HandlerList();
    handlers.add(endpoints.map((endpoint) => this.toHandler(endpoint)));
    const situation: Situation = { pattern: 'request-response', handlers, early: false };
    const laneOf = ({ source, id }: CloudEvent<unknown>): string => `${source} ${id}`;
    await this.receive(requests, () => situation, laneOf);
  }

  private async hear({ pattern, durable, endpoints }: Plan['events'][number]): Promise<void> {
    const { service, kinds } = this.options;
    const queue = durable
      ? queues.sharedSubscription(`${service}.${pattern}`, [pattern])
      : queues.subscription(`${service}.${pattern}.${this.owner}`, [pattern]);
    const handlers = new PatternHandlers(
      endpoints.map((endpoint) => this.toHandler(endpoint)),
      kinds,
    );
    await this.receive(queue, (key) => ({ pattern: 'publish-subscribe', key, handlers, early: false }));
  }

  private async receive(
    queue: QueueSpec,
    situationOf: (key: string) => Situation,
    laneOf?: (event: CloudEvent<unknown>) => string,
  ): Promise<void> {
    const { bus, logger, service, concurrency = 16 } = this.options;
    const reception = new Reception({
      bus,
      logger,
      address: service,
      concurrency,
      situationOf: (_event, { key }) => situationOf(key),
      ...(laneOf && { laneOf }),
    });
    const intake = await reception.open(queue);
    this.stops.push(() => intake.stop(closeWithinMs));
  }

  private async converse(plan: Plan): Promise<void> {
    const { messenger } = this.options;
    if (messenger) this.stops.push(() => messenger.close(closeWithinMs));
    await converse(messenger, plan, (endpoint) => this.toHandler(endpoint));
  }

  private toHandler({ pattern, handler, extras }: Endpoint): MessageHandler {
    const { filter, reply = unchecked(`${pattern}.reply`) } = extras;
    return {
      kind: this.options.kinds?.find(({ type }) => type === pattern) ?? unchecked(pattern),
      ...(filter && { filter }),
      handle: async (message: Received<unknown>): Promise<Outgoing | void> => {
        const data: unknown = await this.run(handler, message);
        if (!handler.isEventHandler) return { kind: reply, data: data ?? null };
      },
    };
  }

  /** Runs a handler to its end within Nest's hooks; throws what it threw. */
  private run(handler: NestHandler, message: Received<unknown>): Promise<unknown> {
    const context = new BusContext([message]);
    return new Promise((resolve, reject) => {
      void this.runWithProcessingHooks(context, async (runEndHook) => {
        try {
          const result = this.transformToObservable(await handler(message.data, context));
          resolve(await lastValueFrom(result, { defaultValue: undefined }));
        } catch (error) {
          reject(toHandlerError(error));
        } finally {
          runEndHook();
        }
      });
    });
  }
}
