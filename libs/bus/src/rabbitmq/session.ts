import { type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { BrokerUnavailableError } from '../errors';
import { type Address } from './address';
import { type BrokerInfo } from './broker-features';
import { dial, socketOf } from './dial';
import { adviceFor, describeFailure } from './failure';
import { ExplainedFailure } from './tls-failure';

/**
 * One life of the connection to a broker: a socket to publish and one to consume, so that a broker that stops reading
 * from publishers still hears acks. They live and end together.
 */
export interface Session {
  readonly publishing: ChannelModel;
  readonly consuming: ChannelModel;
  readonly address: Address;
  readonly broker: BrokerInfo;
  /** Whom the broker knows us as; undefined when the address does not say. */
  readonly user: string | undefined;
  readonly alive: boolean;
  /** Resolves, with the reason, when it is over. */
  readonly lost: Promise<Error>;
  /** Ends it because something it needs failed. */
  fail(reason: Error): void;
  close(): Promise<void>;
}

export interface Dialing {
  /** How the broker shows it. */
  readonly name: string;
  readonly timeoutMs: number;
  /** `one`: nothing is published, and both are the same. */
  readonly sockets: 'one' | 'two';
}

/** Opens its connections, or none. Throws BrokerUnavailableError. */
export async function openSession(address: Address, { name, timeoutMs, sockets }: Dialing): Promise<Session> {
  const first = dial(address, sockets === 'one' ? name : `${name} publish`, timeoutMs);
  const second = sockets === 'one' ? first : dial(address, `${name} consume`, timeoutMs);
  const results = await Promise.allSettled([first, second]);
  const [publishing, consuming] = results;
  if (publishing.status === 'fulfilled' && consuming.status === 'fulfilled') {
    const { model, broker } = publishing.value;
    return new LiveSession(model, consuming.value.model, address, broker);
  }
  for (const result of results) if (result.status === 'fulfilled') void closeQuietly(result.value.model);
  const failed: unknown = [publishing, consuming].find((result) => result.status === 'rejected')?.reason;
  const failure = describeFailure(failed);
  const [what, advice] = failed instanceof ExplainedFailure ? ['used', failed.advice] : ['reached', adviceFor(failure)];
  throw new BrokerUnavailableError(
    `RabbitMQ at ${address.label} cannot be ${what}: ${failure}. ${advice}`,
    { address: address.label },
    failed,
  );
}

class LiveSession implements Session {
  readonly lost: Promise<Error>;
  readonly user: string | undefined;
  alive = true;
  private end: (reason: Error) => void = () => undefined;

  constructor(
    readonly publishing: ChannelModel,
    readonly consuming: ChannelModel,
    readonly address: Address,
    readonly broker: BrokerInfo,
  ) {
    this.user = userOf(address.url);
    this.lost = new Promise((resolve) => (this.end = resolve));
    for (const model of this.models) {
      model.on('close', (error?: Error) => this.fail(error ?? new Error('connection closed')));
      model.on('handler-error', (error: Error) => this.fail(error));
    }
  }

  fail(reason: Error): void {
    if (!this.alive) return;
    this.alive = false;
    // What is on its channels is lost now, not when a silent network has let go of them.
    for (const model of this.models) abandonments.get(model)?.forEach((abandon) => abandon());
    void this.close();
    this.end(reason);
  }

  async close(): Promise<void> {
    this.alive = false;
    await Promise.all([...this.models].map(closeQuietly));
    this.end(new Error('closed'));
  }

  private get models(): ReadonlySet<ChannelModel> {
    return new Set([this.publishing, this.consuming]);
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

/** Whose password is sent; with EXTERNAL the certificate counts, and a user in the URL says whose it is. */
function userOf(url: string): string | undefined {
  const { username } = new URL(url);
  return username === '' ? undefined : decodeURIComponent(username);
}

/** The promise, or the loss of its session: what is asked of a connection that is given up is never answered. */
export function orLost<Result>(session: Session, promise: Promise<Result>): Promise<Result> {
  const lost = session.lost.then((reason): never => {
    throw reason;
  });
  return Promise.race([promise, lost]);
}

/** What to do about the channels of a connection when it is given up. */
const abandonments = new WeakMap<ChannelModel, Set<() => void>>();

/** Opens a channel that reports its end exactly once, at the latest when its session ends. `confirm` channels report what the broker took. */
export async function openChannel(
  model: ChannelModel,
  mode: 'plain' | 'confirm',
  onGone: (error: Error | undefined) => void,
): Promise<ConfirmChannel> {
  const channel: Channel = mode === 'confirm' ? await model.createConfirmChannel() : await model.createChannel();
  let reason: Error | undefined;
  channel.on('error', (error: Error) => (reason = error));
  channel.on('handler-error', (error: Error) => (reason = error));
  const open = abandonments.get(model) ?? new Set();
  abandonments.set(model, open);
  const end = (): void => {
    if (open.delete(end)) onGone(reason);
  };
  open.add(end);
  channel.on('close', end);
  return channel as ConfirmChannel;
}
