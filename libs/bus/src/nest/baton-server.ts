import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { type CloudEvent, type MessageKind } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type Bus, type Delivery, type Outgoing, type QueueSpec, type Subscription, type Verdict } from '../bus';
import { respond, type Responder } from '../respond';
import { exchanges } from '../topology';
import { BusContext } from './bus-context';
import { toHandlerError } from './handler-error';

export interface BatonServerOptions {
  readonly bus: Bus;
  readonly logger: Logger;
  /** Prefix of the queues of event handlers: one queue per pattern, shared by all replicas of the service. */
  readonly service: string;
  /** Where requests for `@MessagePattern` handlers arrive; needed when there are any. */
  readonly requests?: QueueSpec;
  /** Kinds the handlers take: data that does not fit never reaches them. Patterns of requests are their types. */
  readonly kinds?: readonly MessageKind<unknown>[];
}

/** Options of one handler, given as the `extras` of its decorator. */
export interface HandlerExtras {
  /** Requests: the kind of the answer. Default: `<type of the request>.reply`, unchecked. */
  readonly reply?: MessageKind<unknown>;
  /** Events: `false` for a queue that lives with this process. Default true. */
  readonly durable?: boolean;
}

type BusEvents = Record<'connected' | 'disconnected', () => void>;

export const batonTransport = Symbol('baton');

/**
 * Nest handlers over the bus. `@MessagePattern('<type>')` answers requests of that CloudEvents type; errors become
 * problem documents. `@EventPattern('task.completed.*')` gets events by routing key, each pattern from its own queue:
 * acked when all its handlers are done, tried again or dead-lettered when one fails.
 */
export class BatonServer extends Server<BusEvents> implements CustomTransportStrategy {
  override readonly transportId = batonTransport;
  /** The consumer reports failures and decides what becomes of the delivery. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly subscriptions: Subscription[] = [];

  constructor(private readonly options: BatonServerOptions) {
    super();
    this.initializeSerializer({});
    this.initializeDeserializer({});
  }

  listen(callback: (error?: unknown) => void): void {
    this.subscribe().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  /** Takes nothing new and lets running handlers end. The bus stays open: it is its owner's. */
  async close(): Promise<void> {
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.stop()));
  }

  on<Name extends keyof BusEvents>(event: Name, callback: BusEvents[Name]): void {
    this.options.bus.on(event, callback);
  }

  unwrap<T>(): T {
    return this.options.bus as T;
  }

  private async subscribe(): Promise<void> {
    const handlers = [...this.getHandlers()];
    const requests = handlers.filter(([, handler]) => !handler.isEventHandler);
    if (requests.length > 0) this.subscriptions.push(await this.answer(requests));
    for (const [pattern, handler] of handlers) {
      if (handler.isEventHandler) this.subscriptions.push(await this.follow(pattern, handler));
    }
  }

  private answer(handlers: readonly (readonly [string, MessageHandler])[]): Promise<Subscription> {
    const { bus, requests, logger } = this.options;
    if (!requests) {
      throw new TypeError(`BatonServer has @MessagePattern handlers and needs the queue they get their requests from`);
    }
    const responders = handlers.map(([type, handler]) => this.responder(type, handler));
    return respond(bus, requests, responders, { logger });
  }

  private responder(type: string, handler: MessageHandler): Responder {
    const kind = this.options.kinds?.find((candidate) => candidate.type === type) ?? unchecked(type);
    const reply = (handler.extras as HandlerExtras | undefined)?.reply ?? unchecked(`${type}.reply`);
    return {
      kind,
      handle: async (event, delivery): Promise<Outgoing> => {
        const data: unknown = await this.run(handler, event, delivery);
        return { kind: reply, data: data ?? null };
      },
    };
  }

  private follow(pattern: string, handler: MessageHandler): Promise<Subscription> {
    const { bus, service, kinds } = this.options;
    const durable = (handler.extras as HandlerExtras | undefined)?.durable ?? true;
    const queue: QueueSpec = {
      name: durable ? `${service}.${pattern}` : `${service}.${pattern}.${process.pid}`,
      life: durable ? 'durable' : 'exclusive',
      bindings: [{ exchange: exchanges.events.name, key: pattern }],
      deadLetters: true,
    };
    const handle = async (delivery: Delivery): Promise<Verdict> => {
      for (const event of delivery.events) await this.run(handler, event, delivery);
      return 'done';
    };
    return bus.consume(queue, handle, kinds ? { kinds } : {});
  }

  /** Runs a handler (events: and those chained to it) to its end within Nest's hooks; throws what it threw. */
  private async run(handler: MessageHandler, event: CloudEvent<unknown>, delivery: Delivery): Promise<unknown> {
    const context = new BusContext([event, delivery]);
    const outcome = new Promise<unknown>((resolve, reject) => {
      this.runWithProcessingHooks(context, async (runEndHook) => {
        try {
          const result = this.transformToObservable(await handler(event.data, context));
          resolve(await lastValueFrom(result, { defaultValue: undefined }));
        } catch (error) {
          reject(toHandlerError(error));
        } finally {
          runEndHook();
        }
      });
    });
    return outcome;
  }
}

function unchecked(type: string): MessageKind<unknown> {
  return { type, summary: 'A message of a Nest handler.', schema: true };
}
