import { type ChaosReport, reportLines } from './chaos-report';

const report: ChaosReport = {
  seed: 3,
  minutes: 2,
  reproduce: 'npm run chaos -- --seed 3 --minutes 2',
  passed: false,
  faults: ['host (pid 4) ended although nobody attacked it'],
  schedule: [],
  skipped: { 'clock-step': 'there is no apt-get on this machine' },
  load: { offered: 10, accepted: 8, acceptedLater: 1, refused: 1 },
  ends: { completed: 9 },
  settledMs: 120,
  told: { taken: 20, again: 1 },
  recovery: [
    { measure: 'agent killed', faults: 1, samples: 4, medianMs: 120.5, worstMs: 400, targetMs: 300, meets: true },
    { measure: 'agent silent', faults: 1, samples: 0, medianMs: null, worstMs: null, targetMs: 3000, meets: null },
  ],
};

test('the terminal gets figures, table, faults, and how to have it again', () => {
  const lines = reportLines(report);
  expect(lines).toEqual(
    expect.arrayContaining([
      '0 faults; 10 submissions: 8 accepted at once, 1 when sent again, 1 not; 9 completed',
      'webhooks took 20 deliveries, 1 of them once more',
      'left out: clock-step: there is no apt-get on this machine',
      'agent killed             1        4        121       400      < 300  met',
      'agent silent             1        0          -         -     < 3000',
      'FAULT host (pid 4) ended although nobody attacked it',
      'failed with 1 fault(s)',
    ]),
  );
  expect(lines.at(-1)).toBe('again: npm run chaos -- --seed 3 --minutes 2');
});

test('a run without faults says so', () => {
  expect(reportLines({ ...report, passed: true, faults: [] })).toContain('passed: nothing lost, nothing done twice');
});
