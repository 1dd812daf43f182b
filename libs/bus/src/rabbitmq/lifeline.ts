import { type Logger } from '@baton/observability';
import { BrokerUnavailableError } from '../errors';
import { type Address, withHeartbeat } from './address';
import { backoffMs } from './backoff';
import { describeFailure } from './failure';
import { Rotation } from './rotation';
import { openSession, orLost, type Session } from './session';

/** A connection that lasted this long was healthy: the next loss starts again with the short delay. */
const healthyMs = 5_000;
/** An outage is told at its first failure and then this often, not at every try. */
const tellEveryMs = 10_000;

/** The first dials are short: a network that was silent a moment ago may still have swallowed one. */
const firstDialMs = 1_000;
const longerDialMs = 500;

export interface LifelineOptions {
  readonly addresses: readonly Address[];
  /** Which of them is tried first. */
  readonly startWith: number;
  readonly name: string;
  readonly dialTimeoutMs: number;
  readonly sockets: 'one' | 'two';
  /** Seconds between signs of life, asked before each dial. Default: as the address says. */
  readonly heartbeat?: () => number;
  readonly logger: Logger;
  /** Makes a new session usable; the session ends when this fails. */
  readonly up: (session: Session) => Promise<void>;
  readonly down: (reason: Error) => void;
}

/** Keeps one session alive for as long as the bus is open, on whichever address answers. */
export class Lifeline {
  private session: Session | undefined;
  private closed = false;
  private attempts = 0;
  private slowDials = 0;
  private readonly rotation: Rotation<Address>;
  private toldAt = -Infinity;
  private wake: () => void = () => undefined;

  constructor(private readonly options: LifelineOptions) {
    this.rotation = new Rotation(options.addresses, options.startWith);
  }

  /** The first session; throws BrokerUnavailableError when none comes up within `timeoutMs`, or it is closed before. */
  async start(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    const failures = new Map<string, Error>();
    for (;;) {
      const { label } = this.rotation.current;
      try {
        const session = await this.open(Math.min(this.options.dialTimeoutMs, Math.max(deadline - Date.now(), 200)));
        void this.keep(session);
        return;
      } catch (error) {
        const delay = this.rotation.failed() ? backoffMs(this.attempts++, Math.random()) : 0;
        if (this.closed || !(error instanceof BrokerUnavailableError)) throw error;
        failures.set(label, error);
        if (timeoutMs === Infinity) this.tell(error); // nobody would hear of it otherwise
        if (Date.now() + delay >= deadline) throw ofAll(failures, error);
        if (delay > 0) await this.pause(delay);
      }
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.wake();
    await this.session?.close();
  }

  private async open(dialTimeoutMs: number): Promise<Session> {
    const { name, up, sockets, heartbeat } = this.options;
    const { current } = this.rotation;
    const address = heartbeat ? withHeartbeat(current, heartbeat()) : current;
    const session = await openSession(address, { name, timeoutMs: dialTimeoutMs, sockets });
    this.session = session;
    try {
      if (this.closed) throw new Error('the bus was closed meanwhile');
      await orLost(session, up(session));
      if (!session.alive) throw await session.lost;
    } catch (error) {
      session.fail(error as Error);
      throw error instanceof BrokerUnavailableError ? error : asUnavailable(address, error);
    }
    return session;
  }

  private async keep(first: Session): Promise<void> {
    let session: Session | undefined = first;
    while (session) {
      const since = Date.now();
      const reason: Error = await session.lost;
      if (this.closed) return;
      this.options.down(reason);
      this.rotation.lost();
      if (Date.now() - since >= healthyMs) this.attempts = 0;
      const fields = { event: 'bus.disconnected', address: session.address.label, reason: describeFailure(reason) };
      this.options.logger.warn(fields, 'connection to RabbitMQ lost');
      session = await this.reopen();
    }
  }

  private async reopen(): Promise<Session | undefined> {
    for (let pause = true; !this.closed;) {
      if (pause) await this.pause(backoffMs(this.attempts++, Math.random()));
      if (this.closed) return undefined;
      const dialMs = Math.min(firstDialMs + this.slowDials * longerDialMs, this.options.dialTimeoutMs);
      const dialedAt = performance.now();
      try {
        return await this.open(dialMs);
      } catch (error) {
        // A broker that boots takes connections and leaves them hanging: only those who really wait get more time.
        this.slowDials = performance.now() - dialedAt < dialMs ? 0 : this.slowDials + 1;
        pause = this.rotation.failed();
        this.tell(error);
      }
    }
    return undefined;
  }

  private tell(failure: unknown): void {
    if (performance.now() - this.toldAt < tellEveryMs) return;
    this.toldAt = performance.now();
    const fields = { event: 'bus.reconnect.failed', attempt: this.attempts, reason: describeFailure(failure) };
    this.options.logger.warn(fields, 'RabbitMQ cannot be reached, trying again');
  }

  private pause(ms: number): Promise<void> {
    if (this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** What each of several addresses said last. */
function ofAll(failures: ReadonlyMap<string, Error>, last: BrokerUnavailableError): BrokerUnavailableError {
  if (failures.size === 1) return last;
  const texts = [...failures.values()].map(({ message }) => message).join(' ');
  return new BrokerUnavailableError(texts, { addresses: [...failures.keys()] }, last);
}

/** Conflicts of the topology are told as they are; what else failed while setting up is a broker that is not usable. */
function asUnavailable(address: Address, error: unknown): unknown {
  if ((error as { code?: unknown }).code === 'TOPOLOGY_CONFLICT') return error;
  const text = `RabbitMQ at ${address.label} accepted the connection and failed then: ${describeFailure(error)}`;
  return new BrokerUnavailableError(text, { address: address.label }, error);
}
