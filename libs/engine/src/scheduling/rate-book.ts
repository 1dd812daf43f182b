import { type RateLimit } from '@baton/contracts';

interface Log {
  /** Milliseconds since the epoch, rising; never empty. */
  times: number[];
  /** The longest window asked for under this key: what is older is of no use to anybody. */
  windowMs: number;
  /** The largest limit asked for: more than that is never looked at. */
  limit: number;
}

/** Keys beyond which those that nobody can need any more are dropped. */
const PRUNE_ABOVE = 1000;

/** When attempts began under each rate-limit key: a sliding log, so that no window ever holds more than its limit. */
export class RateBook {
  private readonly logs = new Map<string, Log>();
  private pruneAbove = PRUNE_ABOVE;

  /** When one more may begin, in milliseconds since the epoch; a time that has passed: now. */
  opensAtMs(key: string, { limit, perSeconds }: RateLimit): number {
    const log = this.logs.get(key);
    const blocking = log?.times.at(-limit);
    return blocking === undefined ? -Infinity : blocking + perSeconds * 1000;
  }

  /** One began. Times may come in any order: what is read from the database is older than what is known. */
  started(key: string, { limit, perSeconds }: RateLimit, atMs: number): void {
    let log = this.logs.get(key);
    if (!log) this.logs.set(key, (log = { times: [], windowMs: 0, limit: 0 }));
    log.windowMs = Math.max(log.windowMs, perSeconds * 1000);
    log.limit = Math.max(log.limit, limit);
    insert(log.times, atMs);
    if (log.times.length > 2 * log.limit) log.times = log.times.slice(-log.limit);
    if (this.logs.size > this.pruneAbove) this.prune(atMs);
  }

  /** What was counted at `plannedMs` truly began at `atMs`, which is later. */
  confirm(key: string, plannedMs: number, atMs: number): void {
    const times = this.logs.get(key)?.times;
    const index = times?.indexOf(plannedMs) ?? -1;
    if (!times || index < 0) return;
    times.splice(index, 1);
    insert(times, atMs);
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.logs.size;
  }

  private prune(nowMs: number): void {
    for (const [key, log] of this.logs) {
      if ((log.times.at(-1) as number) + log.windowMs <= nowMs) this.logs.delete(key);
    }
    this.pruneAbove = Math.max(PRUNE_ABOVE, 2 * this.logs.size);
  }
}

function insert(times: number[], atMs: number): void {
  let index = times.length;
  while (index > 0 && (times[index - 1] as number) > atMs) index -= 1;
  if (index === times.length) times.push(atMs);
  else times.splice(index, 0, atMs);
}
