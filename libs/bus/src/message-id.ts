import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const size = 16;
const pool = new Uint8Array(size * 256);
let used = pool.length;
let lastMs = 0;
let sequence = 0;

/** A UUIDv7 that is larger than the one before. Random bytes are fetched for 256 at once: one by one they cost most of an id. */
export function newMessageId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, (used += size));
  const now = Date.now();
  sequence = now > lastMs ? 0 : sequence + 1;
  lastMs = Math.max(now, lastMs); // a clock that goes back changes nothing
  return v7({ random, msecs: lastMs, seq: sequence });
}
