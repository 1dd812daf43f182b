import { type Held } from '../dispatch/held-attempts';
import { type TaskMetrics } from '../ops/task-metrics';
import { type Recorded } from '../results/recorder';

/** A UUIDv7 begins with the milliseconds at which it was made. */
function madeAtMs(id: string): number {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** First attempts tell how long tasks wait; later ones would count back-offs too. */
export function countDispatched(metrics: TaskMetrics, attempts: readonly Held[]): void {
  const now = Date.now();
  for (const { row } of attempts) {
    metrics.moved('assigned', row.capability);
    if (row.attempt === 1) metrics.waited(row.capability, now - madeAtMs(row.id));
  }
}

/** Ends are counted by state elsewhere; here the way back to the queue, and how long attempts took. */
export function countEnded(metrics: TaskMetrics, recorded: readonly Recorded[]): void {
  const now = performance.now();
  for (const { held, after } of recorded) {
    metrics.ran(held.row.capability, now - held.sentAt);
    if (after.to === 'waiting') metrics.moved('waiting', held.row.capability);
    if (after.to === 'queued') metrics.moved('queued', after.capability);
  }
}
