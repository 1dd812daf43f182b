import { setTimeout as pause } from 'node:timers/promises';
import { exactNow } from '../../load/load-job';
import { type JobInput, type PeerClient } from '../drivers';
import { type Answers } from './orders';

/** As much as the input of a no-op task in Baton's scenarios. */
const inputOf = (n: number): JobInput => ({ n, text: 'the quick brown fox jumps over the lazy dog' });

const LOOK_EVERY_MS = 5;

/** Submits `count` jobs, `perCall` at a time, with so many calls in flight. Numbers them from 0. */
export async function submit(
  client: PeerClient,
  { count, perCall, inFlight }: { count: number; perCall: number; inFlight: number },
): Promise<Answers['submit']> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const first = next;
      next = Math.min(count, first + perCall);
      if (perCall === 1) await client.submit(inputOf(first));
      else await client.submitBulk(Array.from({ length: next - first }, (_, index) => inputOf(first + index)));
    }
  };
  const startedAt = exactNow();
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { startedAt, endedAt: exactNow() };
}

/** One job after the other, each until its result is in hand. */
export async function submitAndWait(client: PeerClient, count: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let n = 0; n < count; n++) {
    const startedAt = performance.now();
    await client.submitAndWait(inputOf(n));
    latencies.push(performance.now() - startedAt);
  }
  return latencies;
}

/** Resolves with the time at which so many jobs were seen to be completed; never more than asked for. */
export async function untilCompleted(client: PeerClient, count: number, timeoutMs: number): Promise<number> {
  const limit = performance.now() + timeoutMs;
  for (;;) {
    const completed = await client.completed();
    const at = exactNow();
    if (completed > count) throw new Error(`${completed} jobs are recorded as completed, only ${count} were submitted`);
    if (completed === count) return at;
    if (performance.now() > limit) throw new Error(`${completed} of ${count} jobs completed in ${timeoutMs / 1000} s`);
    await pause(LOOK_EVERY_MS);
  }
}
