import { firstObservation, recoveryRows } from './recovery';

test('one row for each measure: the median and the worst of all samples, against the target', () => {
  const rows = recoveryRows([
    { measure: 'brain killed', ms: [3200], without: 0 },
    { measure: 'agent killed', ms: [100, 500], without: 1 },
    { measure: 'agent killed', ms: [200], without: 0 },
  ]);
  const samples = { faults: 2, samples: 3, medianMs: 200, worstMs: 500 };
  expect(rows).toEqual([
    { measure: 'agent killed', ...samples, targetMs: 300, meets: true },
    { measure: 'brain killed', faults: 1, samples: 1, medianMs: 3200, worstMs: 3200, targetMs: 3000, meets: false },
  ]);
});

test('no sample is neither good nor bad, and what has no target is only shown', () => {
  const rows = recoveryRows([
    { measure: 'agent silent', ms: [], without: 3 },
    { measure: 'brain cut off from the broker', ms: [9000], without: 0 },
  ]);
  expect(rows.map(({ medianMs, meets }) => [medianMs, meets])).toEqual([
    [null, null],
    [9000, null],
  ]);
});

test('a dispatch is timed from what happened, and its absence is counted', () => {
  const at = new Date(1000);
  const mark = { measure: 'broker up again', what: 'dispatch', at, notBefore: at } as const;
  expect(firstObservation(mark, new Date(1250))).toEqual({ measure: 'broker up again', ms: [250], without: 0 });
  expect(firstObservation(mark, undefined)).toEqual({ measure: 'broker up again', ms: [], without: 1 });
});
