import { type Bus } from '../bus';
import { BrokerUnavailableError } from '../errors';

export type ConnectionStatus = 'connected' | 'disconnected';

/** The bus of a client: a given one, or one it opens when it is first needed and closes again. */
export class ClientConnection {
  private opening: Promise<Bus> | undefined;
  private opened: Bus | undefined;
  private unlisten: (() => void)[] = [];

  constructor(
    private readonly source: Bus | (() => Promise<Bus>),
    private readonly changed: (status: ConnectionStatus) => void,
  ) {}

  /** Throws BrokerUnavailableError before `open` and after `close`. */
  get bus(): Bus {
    if (this.opened) return this.opened;
    throw new BrokerUnavailableError('The client is not connected. Call connect() first, and again after close().');
  }

  /** Opened once; after a failure the next call tries again. */
  open(): Promise<Bus> {
    this.opening ??= this.take();
    return this.opening;
  }

  async close(): Promise<void> {
    const { opening } = this;
    await opening?.catch(() => undefined); // who opened it heard why it failed
    if (this.opening !== opening) return;
    const bus = this.opened;
    this.opening = this.opened = undefined;
    for (const stop of this.unlisten.splice(0)) stop();
    if (typeof this.source === 'function') await bus?.close();
  }

  private async take(): Promise<Bus> {
    try {
      const bus = typeof this.source === 'function' ? await this.source() : this.source;
      for (const status of ['connected', 'disconnected'] as const) {
        this.unlisten.push(bus.on(status, () => this.changed(status)));
      }
      if (bus.connected) this.changed('connected');
      this.opened = bus;
      return bus;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }
}
