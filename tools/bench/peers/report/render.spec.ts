import { Findings, type PeersReport } from './findings';
import { renderPeers } from './render';

const machine = {
  cpu: 'Some CPU',
  cores: 2,
  memoryGb: 24,
  system: 'Linux 6',
  node: 'v20.20.2',
  versions: { Redis: '7.0.15' },
  loadBefore: 0.1,
};

const reportOf = (...rows: Findings[]): PeersReport => ({
  at: '2026-01-01T00:00:00Z',
  machine,
  options: { runs: 2, quick: false },
  rows: rows.map((row) => row.report()),
  others: 0,
});

describe('the comparison as text', () => {
  test('shows the median and the extremes of the runs, a dash where nothing was measured', () => {
    const row = new Findings('bullmq', 'as it comes');
    row.add([{ metric: 'bulk', unit: 'tasks/s', value: 9_000 }]);
    row.add([{ metric: 'bulk', unit: 'tasks/s', value: 11_000 }]);
    const line = renderPeers(reportOf(row))
      .split('\n')
      .find((text) => text.startsWith('bullmq'));
    expect(line?.split(/ {2,}/)).toEqual(['bullmq', '10,000 (9,000–11,000)', '–', '–', '–', '–', '–', '–']);
  });

  test('one run has no extremes', () => {
    const row = new Findings('pg-boss', '', 5_000);
    row.add([{ metric: 'drain', unit: 'tasks/s', value: 32 }]);
    expect(renderPeers(reportOf(row))).toMatch(/pg-boss .*– +32 +5,000/);
  });

  test.each([
    [60_250, '60.3 s'],
    [180, '180 ms'],
    [null, '> 90 s'],
  ])('a wait of %s ms after a kill reads %s', (ms, text) => {
    const row = new Findings('bullmq', '');
    row.addAfterKill({ ms, waitedMs: 90_000, decidedBy: 'stalledInterval 30 s' });
    expect(renderPeers(reportOf(row))).toMatch(new RegExp(`bullmq +${text} +stalledInterval 30 s`));
  });

  test('what failed in one row is told and spoils nothing', async () => {
    const row = new Findings('dbos', '');
    await row.during('run 1', () => Promise.reject(new Error('no answer')));
    await row.during('run 2', () => Promise.resolve(row.add([{ metric: 'bulk', unit: 'tasks/s', value: 500 }])));
    const text = renderPeers(reportOf(row));
    expect(text).toContain('FAILED dbos, run 1: no answer');
    expect(text).toMatch(/dbos +500/);
  });

  test('a shared machine is told', () => {
    expect(renderPeers({ ...reportOf(), others: 0.4 })).toContain('other processes took up to 40 %');
    expect(renderPeers(reportOf())).not.toContain('shared');
  });
});
