import { type Logger } from '@baton/observability';
import { BrokerUnavailableError } from '../errors';
import { describeFailure } from './failure';
import { type Session } from './session';

type Happening = 'connected' | 'disconnected';

/** Whether there is a usable session, since when, and who wants to know. */
export class Link {
  private session: Session | undefined;
  private since = 0;
  private closed = false;
  private readonly listeners = { connected: new Set<() => void>(), disconnected: new Set<() => void>() };
  private waiters: ((session: Session | undefined) => void)[] = [];

  constructor(private readonly logger: Logger) {}

  get current(): Session | undefined {
    return this.session;
  }

  get upForMs(): number {
    return this.session ? Math.max(1, Math.round(performance.now() - this.since)) : 0;
  }

  up(session: Session): void {
    this.session = session;
    this.since = performance.now();
    for (const resolve of this.waiters.splice(0)) resolve(session);
    this.tell('connected');
  }

  down(): void {
    if (!this.session) return;
    this.session = undefined;
    this.tell('disconnected');
  }

  close(): void {
    this.closed = true;
    this.down();
    for (const resolve of this.waiters.splice(0)) resolve(undefined);
  }

  on(event: Happening, listener: () => void): () => void {
    const own = (): void => listener();
    this.listeners[event].add(own);
    return () => this.listeners[event].delete(own);
  }

  /** The session, as soon as there is one. Throws BrokerUnavailableError after `timeoutMs` or when the bus closes. */
  async ready(timeoutMs?: number): Promise<Session> {
    if (this.session) return this.session;
    if (this.closed) throw new BrokerUnavailableError('The bus is closed. Open a new one.');
    const session = await this.wait(timeoutMs);
    if (session) return session;
    throw new BrokerUnavailableError(
      this.closed
        ? 'The bus is closed. Open a new one.'
        : 'There is no connection to RabbitMQ. Try again when it is back.',
    );
  }

  private wait(timeoutMs: number | undefined): Promise<Session | undefined> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (session: Session | undefined): void => {
        clearTimeout(timer);
        this.waiters = this.waiters.filter((waiter) => waiter !== settle);
        resolve(session);
      };
      this.waiters.push(settle);
      if (timeoutMs !== undefined) timer = setTimeout(() => settle(undefined), timeoutMs);
    });
  }

  /** A listener that throws is a bug of its owner; it must not cost the connection. */
  private tell(event: Happening): void {
    for (const listener of this.listeners[event]) {
      try {
        listener();
      } catch (error) {
        this.logger.error({ event: 'bus.listener.failed', happening: event, err: error }, describeFailure(error));
      }
    }
  }
}

/** Resolves with the promise or after `ms`, whichever is first; says whether it was the promise. */
export async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), Math.max(ms, 0))));
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
