import { type Machine } from './machine';
import { makeReport, renderReport, type ScenarioRuns } from './report';
import { type Reading, type RunOutcome } from './series';

const machine: Machine = {
  cpu: 'Some CPU',
  cores: 2,
  memoryGb: 24,
  system: 'Linux 6',
  node: 'v20',
  versions: { PostgreSQL: '18.4' },
  loadBefore: 0.1,
};
const head = (quick = false) => ({ at: '2026-11-21T00:00:00Z', machine, options: { runs: 3, quick } });
const outcome = (value: number, more: Partial<RunOutcome> = {}, metric = 'throughput'): RunOutcome => {
  const reading: Reading = { metric, unit: 'tasks/s', value };
  return { readings: [reading], ...more };
};
const scenario = (name: string, outcomes: RunOutcome[], limit?: string): ScenarioRuns => ({
  name,
  about: name,
  limit,
  outcomes,
});

test('a figure is the median of its runs, with its spread, its target and its limit of the same run', () => {
  const batches = scenario(
    'batches',
    [9_000, 16_000, 8_000].map((rate) => outcome(rate)),
    'limit-db four connections',
  );
  const limit = scenario('limit-db', [outcome(18_000, {}, 'four connections')]);
  const [figure] = makeReport(head(), [batches, limit]).series;
  expect(figure).toMatchObject({ scenario: 'batches', metric: 'throughput', median: 9_000, min: 8_000, max: 16_000 });
  expect(figure).toMatchObject({ verdict: 'holds', limit: { name: 'limit-db four connections', ratio: 0.5 } });
});

test('a limit that was not measured in the same run is not made up', () => {
  const [figure] = makeReport(head(), [scenario('batches', [outcome(9_000)], 'limit-db four connections')]).series;
  expect(figure).not.toHaveProperty('limit');
});

test('quick runs are not judged', () => {
  const report = makeReport(head(true), [scenario('batches', [outcome(100)])]);
  expect(report.series[0]).not.toHaveProperty('verdict');
  expect(renderReport(report)).toContain('too small to be judged');
});

test('the drain of a backlog is also told as a share of the rate without one', () => {
  const runs = [scenario('batches', [outcome(10_000)]), scenario('backlog-200k', [outcome(9_500, {}, 'drain')])];
  const share = makeReport(head(), runs).series.find(({ metric }) => metric === 'of batches');
  expect(share).toMatchObject({ scenario: 'backlog-200k', unit: 'ratio', median: 0.95, verdict: 'holds' });
  expect(makeReport(head(), runs.slice(1)).series).toHaveLength(1);
});

test('CPU is the median over the runs, and others on the machine are named when they took much', () => {
  const runs = [1, 5, 3].map((broker) => outcome(9_000, { cpu: { broker, load: 2 }, others: broker / 10 }));
  const report = makeReport(head(), [scenario('batches', runs), scenario('quiet', [outcome(1, { others: 0.01 })])]);
  expect(report.cpu).toEqual({ batches: { broker: 3, load: 2 } });
  expect(report.others.batches).toBe(0.5);
  const text = renderReport(report);
  expect(text).toContain('other processes took up to (batches 50 %) of it');
  expect(text).toMatch(/^batches +3 +2 +5 +400,000$/m);
});
