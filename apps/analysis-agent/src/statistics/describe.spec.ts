import { describeValues } from './describe';

/** NIST StRD univariate sets with their certified mean, sd and lag-1 autocorrelation. */
const alternating = (first: number, low: number, high: number): number[] => [
  first,
  ...Array.from({ length: 500 }, () => [low, high]).flat(),
];

/** Michelson's 100 speeds of light in the order he took them: 299.000 + x / 1000. */
const michelson =
  `850 740 900 1070 930 850 950 980 980 880 1000 980 930 650 760 810 1000 1000 960 960 960 940 960 940 880
800 850 880 900 840 830 790 810 880 880 830 800 790 760 800 880 880 880 860 720 720 620 860 970 950 880 910 850 870 840 840 850
840 840 840 890 810 810 820 800 770 760 740 750 760 910 920 890 860 880 720 840 850 850 780 890 840 780 810 760 810 790 810 820
850 870 870 810 740 810 940 950 800 810 870`
    .split(/\s+/)
    .map((text) => Number((299 + Number(text) / 1000).toFixed(3)));

/** Digits of agreement with the certified value. */
const agreement = (actual: number | null, certified: number): number =>
  actual === certified ? 15 : -Math.log10(Math.abs((actual ?? Number.NaN) - certified) / Math.abs(certified));

describe('describe', () => {
  test.each([
    ['NumAcc1', [10000001, 10000003, 10000002], 10000002, 1, -0.5],
    ['NumAcc2', alternating(1.2, 1.1, 1.3), 1.2, 0.1, -0.999],
    ['NumAcc3', alternating(1000000.2, 1000000.1, 1000000.3), 1000000.2, 0.1, -0.999],
    ['NumAcc4', alternating(10000000.2, 10000000.1, 10000000.3), 10000000.2, 0.1, -0.999],
    ['Michelso', michelson, 299.8524, 0.0790105478190518, 0.535199668621283],
  ])('agrees with the certified figures of NIST %s', (_name, values, mean, sd, autocorrelation) => {
    const found = describeValues(values);
    expect(agreement(found.mean, mean)).toBeGreaterThanOrEqual(14);
    // NumAcc3 and 4 lose digits when the decimal data become doubles; no algorithm gets them back.
    expect(agreement(found.sd, sd)).toBeGreaterThanOrEqual(8);
    expect(agreement(found.autocorrelation, autocorrelation)).toBeGreaterThanOrEqual(8);
  });

  test('gives the figures that pandas, R and Excel give for a small sample', () => {
    const found = describeValues([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(found).toMatchObject({ n: 8, mean: 5, min: 2, q1: 4, median: 4.5, q3: 5.5, max: 9 });
    expect(found.variance).toBeCloseTo(32 / 7, 13);
    expect(found.sd).toBeCloseTo(2.1380899352993947, 13);
    expect(found.skewness).toBeCloseTo(0.8184875533567997, 12);
    expect(found.kurtosis).toBeCloseTo(0.940625, 12);
    expect(found.autocorrelation).toBeCloseTo((-3 * -1 + 1 + 1 + 0 + 0 + 0 + 8) / 32, 13);
  });

  test('leaves out what one value, two values and constants cannot tell', () => {
    expect(describeValues([7])).toEqual({
      n: 1, mean: 7, sd: null, variance: null, min: 7, q1: 7, median: 7, q3: 7, max: 7,
      skewness: null, kurtosis: null, autocorrelation: null,
    }); // prettier-ignore
    expect(describeValues([1, 3])).toMatchObject({ mean: 2, variance: 2, skewness: null, kurtosis: null, q1: 1.5 });
    expect(describeValues([0.1, 0.1, 0.1, 0.1, 0.1])).toMatchObject({
      mean: 0.1,
      sd: 0,
      variance: 0,
      skewness: null,
      kurtosis: null,
      autocorrelation: null,
    });
  });

  test('neither overflows nor underflows where the result can be told', () => {
    expect(describeValues([1e308, 1.5e308, 1.2e308]).mean).toBeCloseTo(1.2333333333333333e308, -295);
    expect(describeValues([-1.7e308, 1.7e308]).mean).toBe(0);
    const tiny = describeValues([1e-200, 2e-200, 4e-200]);
    expect(tiny.sd! / 1e-200).toBeCloseTo(1.5275252316519468, 12);
    expect(tiny.skewness).toBeCloseTo(0.9352195295828244, 12);
  });

  test('describes a million values within two seconds of CPU', () => {
    const values = Array.from({ length: 1_000_000 }, (_, index) => (index * 7919) % 1_000_003);
    const before = process.cpuUsage().user;
    expect(describeValues(values).n).toBe(1_000_000);
    expect((process.cpuUsage().user - before) / 1000).toBeLessThan(2_000);
  });
});
