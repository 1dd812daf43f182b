/** Buckets grow by this factor, so a quantile is off by 9 % at most. */
const STEPS_PER_DOUBLING = 4;
const SMALLEST_MS = 0.1;
/** The last one holds everything from about 50 minutes on. */
const BUCKETS = 100;

/** The bucket of a duration. */
function durationBucket(ms: number): number {
  if (!(ms > SMALLEST_MS)) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log2(ms / SMALLEST_MS) * STEPS_PER_DOUBLING));
}

/** Adds one duration; the list grows to its bucket and no further. */
export function countDuration(counts: number[], ms: number): void {
  const bucket = durationBucket(ms);
  while (counts.length <= bucket) counts.push(0);
  counts[bucket] = (counts[bucket] as number) + 1;
}

/** The duration that `share` (0 to 1) of those counted do not exceed, within 9 %; null when nothing was counted. */
export function durationQuantile(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = Math.max(1, Math.ceil(total * share));
  const bucket = counts.findIndex((count) => (left -= count) <= 0);
  return middleOf(bucket);
}

/** The geometric middle of a bucket. */
function middleOf(bucket: number): number {
  if (bucket === 0) return SMALLEST_MS;
  return SMALLEST_MS * 2 ** ((bucket - 0.5) / STEPS_PER_DOUBLING);
}

/** Both lists added up. */
export function addCounts(one: readonly number[], other: readonly number[]): number[] {
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  return longer.map((count, bucket) => count + (shorter[bucket] ?? 0));
}
