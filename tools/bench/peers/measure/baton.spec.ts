import { scenarios } from '../../scenarios';
import { sideBySide } from './baton';

describe("Baton's figures beside the peers'", () => {
  test('take the peers’ names, and leave out what the peers do not measure', () => {
    const readings = [
      { metric: 'throughput', unit: 'tasks/s', value: 9_000 },
      { metric: 'submitted', unit: 'tasks/s', value: 12_000 },
    ] as const;
    expect(sideBySide('batches', readings)).toEqual([{ metric: 'bulk', unit: 'tasks/s', value: 9_000 }]);
    expect(sideBySide('singles', readings)).toEqual([{ metric: 'singly', unit: 'tasks/s', value: 9_000 }]);
  });

  test('the scenarios they are taken from exist', () => {
    const names = scenarios.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['batches', 'singles', 'latency', 'backlog-200k', 'kill']));
  });
});
