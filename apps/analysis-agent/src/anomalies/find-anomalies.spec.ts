import { type AnomalyMethod, findAnomalies } from './find-anomalies';

/** A seeded generator: the same figures on every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
function normals(seed: number, count: number): number[] {
  const next = random(seed);
  return Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));
}
const auto = { method: 'auto', sensitivity: 0.5 } as const;
const indexes = (values: number[], settings: Parameters<typeof findAnomalies>[1] = auto): number[] =>
  findAnomalies(values, settings).anomalies.map((anomaly) => anomaly.index);

describe('anomalies', () => {
  test.each<AnomalyMethod>(['zscore', 'mad', 'iqr', 'trend'])(
    '%s finds the planted value and nothing else',
    (method) => {
      const values = normals(7, 200).map((noise) => 50 + Math.max(-2, Math.min(2, noise)));
      values[120] = 90;
      values[33] = 20;
      const found = findAnomalies(values, { method, sensitivity: 0.5 });
      expect(found.anomalies.map(({ index, value }) => [index, value])).toEqual([
        [33, 20],
        [120, 90],
      ]);
      expect(found.anomalies[0]!.score).toBeLessThan(-3.5);
      expect(found.anomalies[1]!.score).toBeGreaterThan(3.5);
      expect(Math.abs(found.anomalies[1]!.expected - 50)).toBeLessThan(2);
    },
  );

  test('a third of outliers does not hide them from mad, as it does from zscore', () => {
    const values = [...normals(3, 20), ...Array.from({ length: 9 }, () => 100)];
    expect(indexes(values, { method: 'mad', sensitivity: 0.5 })).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28]);
    expect(indexes(values, { method: 'zscore', sensitivity: 0.5 })).toEqual([]);
  });

  test('auto sees a weekly season with a trend and finds what breaks it although its value is usual', () => {
    const week = [10, 12, 13, 12, 11, 3, 2];
    const values = normals(11, 140).map((noise, day) => week[day % 7]! + day * 0.05 + noise * 0.3);
    values[75] = week[75 % 7]! + 75 * 0.05 + 8; // a Saturday as busy as a weekday
    const found = findAnomalies(values, auto);
    expect(found).toMatchObject({ method: 'seasonal', period: 7 });
    expect(found.anomalies.map(({ index }) => index)).toEqual([75]);
    expect(Math.abs(found.anomalies[0]!.expected - (3 + 75 * 0.05))).toBeLessThan(1);
  });

  test.each([4, 12, 24, 53])('auto finds a season of %i steps', (period) => {
    const values = normals(period, period * 6).map(
      (noise, at) => 5 * Math.sin((2 * Math.PI * at) / period) + noise * 0.5,
    );
    expect(findAnomalies(values, auto)).toMatchObject({ method: 'seasonal', period });
  });

  test('a series without any noise has no anomalies but the planted one', () => {
    const values = Array.from({ length: 5_000 }, (_, at) => 10 * Math.sin(at / 10));
    expect(indexes(values)).toEqual([]);
    values[777] = 500;
    expect(indexes(values)).toEqual([777]);
    expect(indexes(Array.from({ length: 100 }, (_, at) => 3 * at))).toEqual([]);
  });

  test('auto follows a drift and a new level instead of reporting them', () => {
    const drift = normals(5, 300).map((noise, at) => at * 0.2 + noise);
    drift[200] = 60;
    expect(findAnomalies(drift, auto)).toMatchObject({ method: 'trend', anomalies: [{ index: 200 }] });
    const level = normals(6, 200).map((noise, at) => (at < 100 ? 0 : 40) + noise);
    expect(indexes(level).length).toBeLessThanOrEqual(2);
  });

  test('auto judges skewed positive figures such as sizes by their ratio', () => {
    const sizes = normals(21, 500).map((noise) => Math.exp(10 + noise * 1.5));
    sizes[10] = Math.exp(10 + 1.5 * 8);
    const found = findAnomalies(sizes, auto);
    expect(found).toMatchObject({ method: 'mad', scale: 'log' });
    expect(found.anomalies.map(({ index }) => index)).toContain(10);
    expect(found.anomalies.length).toBeLessThanOrEqual(3);
    expect(found.anomalies[0]!.expected).toBeGreaterThan(10_000);
  });

  test('false alarms in normal noise stay below 3 in 1000, over 20 seeds', () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed + 100);
    const alarms = seeds.reduce((sum, seed) => sum + indexes(normals(seed, 500)).length, 0);
    expect(alarms).toBeLessThanOrEqual(30);
    expect(seeds.filter((seed) => findAnomalies(normals(seed, 500), auto).method !== 'mad')).toEqual([]);
  });

  test('a random walk is no season', () => {
    const walks = Array.from({ length: 20 }, (_, seed) => {
      let level = 0;
      return normals(seed + 40, 300).map((step) => (level += step));
    });
    expect(walks.filter((walk) => findAnomalies(walk, auto).method === 'seasonal').length).toBeLessThanOrEqual(4);
  });

  test('constants, constants but one, and few values', () => {
    expect(indexes(Array.from({ length: 50 }, () => 5))).toEqual([]);
    const one = Array.from({ length: 50 }, () => 5);
    one[20] = 6;
    expect(indexes(one)).toEqual([20]);
    expect(indexes([])).toEqual([]);
    expect(indexes([1])).toEqual([]);
    expect(indexes([1, 2, 1000])).toEqual([]);
    expect(indexes([10, 12, 9, 95, 11, 10, 12])).toEqual([3]);
  });

  test('higher sensitivity never finds less', () => {
    const values = normals(77, 300);
    const counts = [0, 0.25, 0.5, 0.75, 1].map((sensitivity) => indexes(values, { method: 'mad', sensitivity }).length);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[0]).toBe(0);
    expect(counts[4]).toBeGreaterThan(50);
  });

  test('a hundred thousand values take less than three seconds of CPU', () => {
    const values = normals(9, 100_000);
    values[777] = 30;
    const before = process.cpuUsage().user;
    expect(indexes(values)).toContain(777);
    expect((process.cpuUsage().user - before) / 1000).toBeLessThan(3_000);
  });
});
