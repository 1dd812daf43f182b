/** In milliseconds since 1970. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** How much time the intervals cover together. */
export function covered(intervals: readonly Interval[]): number {
  let end = -Infinity;
  let total = 0;
  for (const { from, to } of [...intervals].sort((one, other) => one.from - other.from)) {
    total += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return total;
}

/** How many of them there are at once at most. What ends when another begins is not counted with it. */
export function peak(intervals: readonly Interval[]): number {
  const edges = intervals.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ]);
  edges.sort((one, other) => one.at - other.at || one.by - other.by);
  let now = 0;
  let most = 0;
  for (const { by } of edges) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
