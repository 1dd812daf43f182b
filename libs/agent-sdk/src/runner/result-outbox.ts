import { setImmediate } from 'node:timers/promises';
import { type Bus, type Outgoing, routes } from '@baton/bus';
import { MeshError, taskFinished } from '@baton/contracts';
import { Batcher } from '@baton/flow';
import { type Logger } from '@baton/observability';
import { pause, type Pause } from '../pause';

/** One result on its way. `fallbackJson` is sent instead when the wire refuses it for good. */
export interface Result {
  readonly json: string;
  readonly fallbackJson?: () => string;
}

const maxBatch = 500;
/** UTF-16 units in one message: at 3 bytes each still under the wire's 8 MiB. */
const maxUnits = 2 * 1024 * 1024;
const backoff = { firstMs: 100, maxMs: 5000 } as const;

/**
 * Results on their way to `baton.results`: what gathers while one message is under way travels in the next. Every
 * result is sent until the broker has confirmed it, however long the broker is away or no orchestrator has ever been
 * there. Its size is bounded by who adds: `size` and `units` say how much waits.
 */
export class ResultOutbox {
  /** Attempts that began together often end in one turn: then they are one message, and one transaction. */
  private readonly batcher = new Batcher<Result, void>((results) => this.flush(results), maxBatch, undefined, 'turn');
  private readonly closing = new AbortController();
  size = 0;
  units = 0;
  private givenUp = 0;

  constructor(
    private readonly bus: Bus,
    private readonly logger: Logger,
    private readonly wait: Pause = pause,
  ) {}

  /** Resolves when the broker has it; rejects only when the outbox was closed before. */
  async add(result: Result): Promise<void> {
    this.size++;
    this.units += result.json.length;
    try {
      await this.batcher.add(result);
    } catch (error) {
      this.givenUp++;
      throw error;
    } finally {
      this.size--;
      this.units -= result.json.length;
    }
  }

  /** Waits until all is confirmed, at most `withinMs`; then gives the rest up. Returns how many were given up. */
  async close(withinMs: number): Promise<number> {
    const timer = setTimeout(
      () => this.closing.abort(new Error('The agent left before the broker took the result')),
      withinMs,
    );
    await this.batcher.idle();
    clearTimeout(timer);
    await setImmediate(); // every `add` has seen its end
    return this.size + this.givenUp;
  }

  private async flush(results: readonly Result[]): Promise<void[]> {
    for (let from = 0; from < results.length;) {
      const to = chunkEnd(results, from);
      await this.sendUntilTaken(results.slice(from, to));
      from = to;
    }
    return [];
  }

  private async sendUntilTaken(results: readonly Result[]): Promise<void> {
    for (let waitMs: number = backoff.firstMs; ; waitMs = Math.min(waitMs * 2, backoff.maxMs)) {
      const trouble = await this.send(results.map((result) => result.json));
      if (trouble === 'none') return;
      if (trouble === 'refused') return this.sendSingly(results);
      this.logger.warn({ event: 'results.waiting', results: results.length, trouble }, 'results cannot be sent yet');
      await this.wait(waitMs, this.closing.signal);
    }
  }

  /** One refused result must not take the others with it. */
  private async sendSingly(results: readonly Result[]): Promise<void> {
    const [only, ...others] = results;
    if (only && others.length === 0) {
      if (only.fallbackJson === undefined)
        throw new Error('the wire refuses even the report that a result was refused');
      return this.sendUntilTaken([{ json: only.fallbackJson() }]);
    }
    for (const result of results) await this.sendUntilTaken([result]);
  }

  private async send(jsons: readonly string[]): Promise<string> {
    this.closing.signal.throwIfAborted();
    const messages = jsons.map((dataJson): Outgoing => ({ kind: taskFinished, dataJson }));
    try {
      const outcome = await this.race(this.bus.publish(routes.results, messages, { durable: true, mandatory: true }));
      if (outcome === 'refused') return 'the broker does not take it'; // not its fault: sent again as it is
      return outcome === 'sent' ? 'none' : outcome;
    } catch (error) {
      this.closing.signal.throwIfAborted();
      if (error instanceof MeshError && error.code === 'MESSAGE_INVALID') return 'refused';
      return error instanceof Error ? error.message : 'unknown';
    }
  }

  /** A publish waits for the broker to return; a closing outbox does not. */
  private race<T>(publish: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(this.closing.signal.reason as Error);
      this.closing.signal.addEventListener('abort', stop, { once: true });
      publish.then(resolve, reject).finally(() => this.closing.signal.removeEventListener('abort', stop));
    });
  }
}

function chunkEnd(results: readonly Result[], from: number): number {
  let units = 0;
  let to = from;
  while (to < results.length) {
    units += results[to]?.json.length ?? 0;
    if (to > from && units > maxUnits) break;
    to++;
  }
  return to;
}
