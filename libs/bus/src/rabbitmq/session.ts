import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { BrokerUnavailableError } from '../errors';
import { type Address } from './address';
import { adviceFor, describeFailure } from './failure';
import { type Gathering, gatherWrites } from './gather-writes';

/**
 * One life of the connection to a broker: a socket to publish and one to consume, so that a broker that stops reading
 * from publishers still hears acks. They live and end together.
 */
export interface Session {
  readonly publishing: ChannelModel;
  readonly consuming: ChannelModel;
  readonly address: Address;
  readonly alive: boolean;
  /** Resolves, with the reason, when it is over. */
  readonly lost: Promise<Error>;
  /** Ends it because something it needs failed. */
  fail(reason: Error): void;
  close(): Promise<void>;
}

/** Opens both connections, or neither. Throws BrokerUnavailableError. */
export async function openSession(address: Address, name: string, timeoutMs: number): Promise<Session> {
  const results = await Promise.allSettled([
    dial(address, `${name} publish`, timeoutMs),
    dial(address, `${name} consume`, timeoutMs),
  ]);
  const [publishing, consuming] = results;
  if (publishing.status === 'fulfilled' && consuming.status === 'fulfilled') {
    return new LiveSession(publishing.value, consuming.value, address);
  }
  for (const result of results) if (result.status === 'fulfilled') void closeQuietly(result.value);
  const failed: unknown = [publishing, consuming].find((result) => result.status === 'rejected')?.reason;
  const failure = describeFailure(failed);
  throw new BrokerUnavailableError(
    `RabbitMQ at ${address.label} cannot be reached: ${failure}. ${adviceFor(failure)}`,
    { address: address.label },
    failed,
  );
}

async function dial(address: Address, name: string, timeoutMs: number): Promise<ChannelModel> {
  const clientProperties = { connection_name: name };
  const model = await connect(address.url, { noDelay: true, keepAlive: true, timeout: timeoutMs, clientProperties });
  // An `error` nobody listens to ends the process; `close` follows each and is what counts.
  model.on('error', () => undefined);
  const socket = socketOf(model);
  if (socket) gatherWrites(socket);
  return model;
}

class LiveSession implements Session {
  readonly lost: Promise<Error>;
  alive = true;
  private end: (reason: Error) => void = () => undefined;

  constructor(
    readonly publishing: ChannelModel,
    readonly consuming: ChannelModel,
    readonly address: Address,
  ) {
    this.lost = new Promise((resolve) => (this.end = resolve));
    for (const model of [publishing, consuming]) {
      model.on('close', (error?: Error) => this.fail(error ?? new Error('connection closed')));
      model.on('handler-error', (error: Error) => this.fail(error));
    }
  }

  fail(reason: Error): void {
    if (!this.alive) return;
    this.alive = false;
    void this.close();
    this.end(reason);
  }

  async close(): Promise<void> {
    this.alive = false;
    await Promise.all([closeQuietly(this.publishing), closeQuietly(this.consuming)]);
    this.end(new Error('closed'));
  }
}

/** Closing what is closed already throws; a broker that does not answer the farewell is not waited for. */
async function closeQuietly(model: ChannelModel): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, 1_000)));
  try {
    await Promise.race([model.close(), patience]);
  } catch {
    // closed already
  } finally {
    clearTimeout(timer);
    socketOf(model)?.destroy();
  }
}

function socketOf(model: ChannelModel): (Gathering & { destroy(): void }) | undefined {
  return (model.connection as unknown as { stream?: Gathering & { destroy(): void } }).stream;
}

/** Opens a channel that reports its end exactly once. `confirm` channels report what the broker took. */
export async function openChannel(
  model: ChannelModel,
  mode: 'plain' | 'confirm',
  onGone: (error: Error | undefined) => void,
): Promise<ConfirmChannel> {
  const channel: Channel = mode === 'confirm' ? await model.createConfirmChannel() : await model.createChannel();
  let reason: Error | undefined;
  channel.on('error', (error: Error) => (reason = error));
  channel.on('handler-error', (error: Error) => (reason = error));
  channel.on('close', () => onGone(reason));
  return channel as ConfirmChannel;
}
