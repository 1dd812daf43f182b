import { EventEmitter } from 'node:events';
import { type Guardian, type ProcessExit, type ProcessOrder } from './guardian';
import { waitUntil } from './leftover';
import { reasonOf, SetupError } from './setup-error';

/** How one kind of service is started: made ready before, probed after. */
export interface ServiceRecipe {
  name: string;
  /** Everything but the spawn: configuration, left-overs. Called before each start. */
  prepare(): Promise<ProcessOrder>;
  /** Rejects while the service does not answer yet. */
  probe(): Promise<void>;
  readyTimeoutMs: number;
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;

/**
 * One private broker or database. `kill` and `stop` leave it down until `start`, which brings it back on the same port
 * with the same data. An end nobody asked for is repaired: it is started again, with growing delays.
 */
export class PrivateService extends EventEmitter<{ restarted: []; trouble: [string] }> {
  private current: number | undefined;
  private wanted = false;
  private ready = false;
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly guardian: Guardian,
    private readonly recipe: ServiceRecipe,
  ) {
    super();
    guardian.on('exit', (exit) => this.onExit(exit));
  }

  get name(): string {
    return this.recipe.name;
  }

  /** The pid of the running service; throws while it is down. */
  get pid(): number {
    if (this.current === undefined) throw new SetupError(`The private ${this.recipe.name} is not running`);
    return this.current;
  }

  /** Resolves when the service answers. */
  async start(): Promise<void> {
    this.wanted = true;
    await this.work;
    if (!this.ready) await this.bringUp();
  }

  /** Stops it cleanly. */
  async stop(): Promise<void> {
    await this.bringDown((name) => this.guardian.stop(name));
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.bringDown((name) => this.guardian.kill(name));
  }

  private async bringDown(end: (name: string) => Promise<void>): Promise<void> {
    this.wanted = false;
    await this.work;
    this.ready = false;
    if (this.current !== undefined) await end(this.recipe.name);
    this.current = undefined;
  }

  /** A service that ends while it starts is started again: its predecessor's sockets and memory go a little late. */
  private async bringUp(): Promise<void> {
    const limit = Date.now() + this.recipe.readyTimeoutMs;
    let reason: unknown = new Error('no answer');
    while (this.wanted && Date.now() < limit) {
      const order = await this.recipe.prepare();
      const pid = await this.guardian.start(order);
      this.current = pid;
      reason = await this.untilAnswers(pid, limit);
      if (reason === undefined) {
        this.ready = true;
        return;
      }
      if (this.current !== undefined) break;
      reason = new Error(`it ended while starting, ${order.log} tells why`);
      await new Promise((resolve) => setTimeout(resolve, FIRST_DELAY_MS));
    }
    if (this.current !== undefined) await this.guardian.kill(this.recipe.name);
    const seconds = this.recipe.readyTimeoutMs / 1000;
    throw new SetupError(`The private ${this.recipe.name} did not come up within ${seconds} s: ${reasonOf(reason)}`);
  }

  /** Undefined once the process answers, else the reason why it did not. */
  private async untilAnswers(pid: number, limit: number): Promise<unknown> {
    let reason: unknown = new Error('no answer');
    const answered = (): Promise<boolean> =>
      this.recipe.probe().then(
        () => true,
        (error: unknown) => {
          reason = error;
          return false;
        },
      );
    await waitUntil(async () => {
      if (this.current !== pid || !this.wanted) return true;
      if (!(await answered())) return false;
      reason = undefined;
      return true;
    }, limit - Date.now());
    return reason;
  }

  private onExit(exit: ProcessExit): void {
    if (exit.name !== this.recipe.name || exit.pid !== this.current) return;
    this.current = undefined;
    if (!this.ready || !this.wanted) return;
    this.ready = false;
    this.emit('trouble', `the private ${exit.name} ended (${exit.signal ?? `code ${exit.code}`}), starting it again`);
    this.work = this.repair();
  }

  private async repair(): Promise<void> {
    for (let delay = FIRST_DELAY_MS; this.wanted; delay = Math.min(2 * delay, LONGEST_DELAY_MS)) {
      try {
        await this.bringUp();
        this.emit('restarted');
        return;
      } catch (error) {
        if (this.wanted) this.emit('trouble', reasonOf(error));
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }
}
