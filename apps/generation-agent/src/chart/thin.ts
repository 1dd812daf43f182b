/**
 * At most about `most` points of a line, each with its place: of every stretch the lowest and the highest, so that no
 * spike is lost.
 */
export function thinned(values: readonly (number | null)[], most: number): (readonly [number, number | null])[] {
  const points = values.map((value, place) => [place, value] as const);
  if (points.length <= most) return points;
  const size = Math.ceil(points.length / (most / 2));
  const kept: (readonly [number, number | null])[] = [];
  for (let start = 0; start < points.length; start += size) {
    const stretch = points.slice(start, start + size);
    const present = stretch.filter(([, value]) => value !== null).sort((a, b) => (a[1] ?? 0) - (b[1] ?? 0));
    const ends = [present[0], present.at(-1)].filter((point) => point !== undefined);
    kept.push(...(ends.length > 0 ? ends.sort((a, b) => a[0] - b[0]) : stretch.slice(0, 1)));
  }
  return kept;
}
