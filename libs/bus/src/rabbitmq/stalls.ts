import { onEachTick } from './ticks';

/** Less is everyday life, and no broker minds. */
const smallestMs = 1_000;
/** What a process does it may do again within this time. */
const rememberedMs = 600_000;
/** RabbitMQ gives up what it has not heard of for two heartbeats; half of one may have passed before a stall. */
const survivedHeartbeats = 1.5;

/** How long this process stood still lately: then a broker hears nothing of it, and it is not the network's fault. */
export class Stalls {
  private last: number | undefined;
  private longest = 0;
  private at = 0;

  /** To be told of each tick of the event loop. */
  tick(now: number): void {
    const stall = now - (this.last ?? now);
    this.last = now;
    if (stall < Math.max(smallestMs, this.longestUntil(now))) return;
    this.longest = stall;
    this.at = now;
  }

  /** The shortest heartbeat, in seconds from 1 to `most`, that lets a connection live through such a stall. */
  heartbeat(now: number, most: number): number {
    const seconds = Math.ceil(this.longestUntil(now) / (1_000 * survivedHeartbeats));
    return Math.min(Math.max(seconds, 1), most);
  }

  private longestUntil(now: number): number {
    return now - this.at > rememberedMs ? 0 : this.longest;
  }
}

/** Those of this process from now on; `stop` ends it. */
export function watchStalls(): { readonly stalls: Stalls; readonly stop: () => void } {
  const stalls = new Stalls();
  return { stalls, stop: onEachTick(() => stalls.tick(performance.now())) };
}
