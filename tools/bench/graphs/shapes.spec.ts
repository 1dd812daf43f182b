import { seeded } from '../../chaos/schedule/seeded';
import { lengthsOf } from './lengths';
import { shapes } from './shapes';

const sizes = [50, 100, 500, 1000, 2000];
const all = Object.entries(shapes).flatMap(([name, shape]) =>
  sizes.map((size) => ({ name, size, graph: shape(size) })),
);

test.each(all)(
  '$name of $size: as many tasks as asked for or a little fewer, each needing only those before it',
  ({ size, graph }) => {
    expect(graph.length).toBeLessThanOrEqual(size);
    expect(graph.length).toBeGreaterThan(size * 0.85);
    const before = new Set<string>();
    for (const { id, needs } of graph) {
      expect(before.has(id)).toBe(false);
      expect(new Set(needs).size).toBe(needs.length);
      for (const need of needs) expect(before.has(need)).toBe(true);
      before.add(id);
    }
  },
);

test('montage of 2,000 has a task that needs more than a thousand others', () => {
  const widest = Math.max(...(shapes.montage?.(2000) ?? []).map(({ needs }) => needs.length));
  expect(widest).toBeGreaterThan(1000);
});

test('lengths are those of the seed, by type, within their bounds', () => {
  const graph = shapes.montage?.(1000) ?? [];
  const lengths = lengthsOf(graph, seeded(1));
  expect(lengthsOf(graph, seeded(1))).toEqual(lengths);
  expect(lengthsOf(graph, seeded(2))).not.toEqual(lengths);
  for (const length of lengths.values()) expect(length >= 5 && length <= 200 && Number.isInteger(length)).toBe(true);
  const mean = (type: string): number => {
    const own = graph.filter((task) => task.type === type).map(({ id }) => lengths.get(id) ?? 0);
    return own.reduce((sum, length) => sum + length, 0) / own.length;
  };
  expect(mean('mProject')).toBeGreaterThan(1.5 * mean('mDiffFit'));
});
