import { routeFigures, sumFigures } from './route-figures';

const raw = { attempts: 10, completed: 6, failed: 2, runMs: 60, ewmaMs: 9, durations: [0, 2, 4], errors: { BOOM: 2 } };

test('rates and times of what was counted', () => {
  expect(routeFigures(raw, 120)).toEqual({
    attempts: 10,
    completed: 6,
    failed: 2,
    successRate: 0.75,
    perMinute: 5,
    runMs: { mean: 10, ewma: 9, p50: 0.13, p95: 0.13 },
    errors: { BOOM: 2 },
  });
});

test('nothing counted: nothing is claimed', () => {
  expect(routeFigures(sumFigures([]), 3600)).toMatchObject({
    attempts: 0,
    successRate: null,
    perMinute: 0,
    runMs: { mean: null, ewma: null, p50: null, p95: null },
  });
});

test('adds up; the moving average of one stays, of several there is none', () => {
  expect(sumFigures([raw])).toEqual(raw);
  expect(sumFigures([raw, { ...raw, errors: { BOOM: 1, BANG: 1 } }])).toMatchObject({
    ...{ attempts: 20, completed: 12, failed: 4, runMs: 120, ewmaMs: null, durations: [0, 4, 8] },
    errors: { BOOM: 3, BANG: 1 },
  });
});
