import { setTimeout as delay } from 'node:timers/promises';

/** Waits; rejects at once when the signal aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<unknown>;
export const pause: Pause = (ms, signal) => delay(ms, undefined, { signal });
