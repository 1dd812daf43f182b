import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { type Address, type MessageKind, ValidationError } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type Bus, type Outgoing } from '../bus';
import { MessageInvalidError } from '../errors';
import { createSender } from '../messaging/bus-sender';
import { type Heard, type SendOptions } from '../messaging/messenger';
import { validatorOf } from '../validation';
import { BatonRecord, type BatonRecordOptions } from './baton-record';
import { ClientConnection, type ConnectionStatus } from './client-connection';
import { type Destination, destinationOf, eventKey, requestTarget, typeOf } from './pattern';
import { unchecked } from './pattern-handlers';

export interface BatonClientOptions {
  /** A bus, which stays its owner's; or how to get one, which is then opened by `connect` and closed by `close`. */
  readonly bus: Bus | (() => Promise<Bus>);
  readonly logger: Logger;
  /** Who gets requests whose pattern names nobody. */
  readonly to?: Address;
  /** How long a request waits for its answer. Default 5000. */
  readonly timeoutMs?: number;
  /** Kinds that are sent: data that does not fit is an error here. Other types are sent as they are. */
  readonly kinds?: readonly MessageKind<unknown>[];
}

/** A packet of Nest, understood. */
interface Sending {
  readonly message: Outgoing;
  readonly destination: Destination | undefined;
  readonly options: BatonRecordOptions;
}

/**
 * Nest's client over the bus. `send` (cold: once per subscription) asks and gets the answer; nobody there is an error at
 * once. `emit` (hot: at once, subscribed to or not) sends and tells whether anybody was there. Errors are ours, with
 * `code` and `recovery`: UnroutableError, RequestTimeoutError, RequestFailedError (the responder's problem), …
 */
export class BatonClient extends ClientProxy {
  private readonly connection: ClientConnection;
  private readonly listeners: { readonly event: ConnectionStatus; readonly callback: () => void }[] = [];

  constructor(private readonly options: BatonClientOptions) {
    super();
    this.initializeSerializer({});
    this.initializeDeserializer({});
    this.connection = new ClientConnection(options.bus, (status) => this.changed(status));
  }

  /** Called by the first `send` or `emit` as well. Rejects as getting the bus does; the next call tries again. */
  async connect(): Promise<void> {
    await this.connection.open();
  }

  /** A bus the client opened is closed: what is under way gets its confirm, requests end with BrokerUnavailableError. */
  close(): Promise<void> {
    return this.connection.close();
  }

  override on(event: ConnectionStatus, callback: () => void): void {
    this.listeners.push({ event, callback });
  }

  /** The bus. Throws BrokerUnavailableError while there is none. */
  unwrap<T>(): T {
    return this.connection.bus as T;
  }

  protected publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    let wanted = true;
    const tell = (answer: WritePacket): void => {
      if (wanted) callback({ ...answer, isDisposed: true });
    };
    this.ask(packet).then(
      (response) => tell({ response }),
      (err: unknown) => tell({ err }),
    );
    return () => {
      wanted = false;
    };
  }

  /** What becomes of an event is told to whoever subscribes; nobody may, so a failure is logged as well. */
  protected async dispatchEvent<T = Heard>(packet: ReadPacket): Promise<T> {
    try {
      return (await this.tell(packet)) as T;
    } catch (error) {
      const fields = { event: 'bus.client.emit-failed', pattern: packet.pattern as unknown, err: error };
      this.options.logger.warn(fields, 'an event was not sent');
      throw error;
    }
  }

  private async ask(packet: ReadPacket): Promise<unknown> {
    const { to, timeoutMs: patience } = this.options;
    const { message, options, destination } = this.read(packet);
    const usual: Destination | undefined = to === undefined ? undefined : { by: 'address', to };
    const { timeoutMs = patience, headers } = options;
    const reply = await this.connection.bus.request(requestTarget(destination ?? usual, message.kind.type), message, {
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(headers && { headers }),
    });
    return reply.data;
  }

  private async tell(packet: ReadPacket): Promise<Heard> {
    const { message, options, destination } = this.read(packet);
    const sender = createSender(this.connection.bus);
    const way = toSendOptions(options);
    switch (destination?.by) {
      case 'address':
        await sender.send(destination.to, message, way);
        return 'heard';
      case 'addresses':
        await sender.multicast(destination.to, message, way);
        return 'heard';
      case 'channel':
        return sender.broadcast(destination.channel, message, way);
      case 'queue':
        throw new MessageInvalidError(
          `emit() does not send to the queue ${destination.queue}. Use send(), or an address.`,
        );
      case 'key':
      case undefined:
        return sender.publish(eventKey(destination, message.kind.type), message, { durable: true, ...way });
    }
  }

  /** Throws ValidationError when the data does not fit its kind, MessageInvalidError for a pattern that makes no sense. */
  private read(packet: ReadPacket): Sending {
    const data: unknown = packet.data;
    const record = data instanceof BatonRecord ? data : new BatonRecord(data);
    const type = typeOf(packet.pattern, this.normalizePattern(packet.pattern as string));
    const known = this.options.kinds?.find((kind) => kind.type === type);
    const faults = known ? validatorOf(known)(record.data) : [];
    if (faults.length > 0) throw new ValidationError(faults);
    const { id, subject, correlationId, traceparent, source, ...options } = record.options;
    const headers = { ...packet.metadata, ...options.headers };
    const said = { id, subject, correlationId, traceparent, source };
    const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
    return {
      message: { ...given, kind: known ?? unchecked(type), data: record.data },
      destination: destinationOf(packet.pattern),
      options: { ...options, ...(Object.keys(headers).length > 0 && { headers }) },
    };
  }

  private changed(status: ConnectionStatus): void {
    this._status$.next(status);
    for (const { event, callback } of this.listeners) if (event === status) callback();
  }
}

function toSendOptions({ durable, expirationMs, headers }: BatonRecordOptions): SendOptions {
  return {
    ...(durable !== undefined && { durable }),
    ...(expirationMs !== undefined && { expirationMs }),
    ...(headers && { headers }),
  };
}
