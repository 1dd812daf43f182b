import { planStages } from './run-scenarios';

const agents = [{ name: 'probe', family: 'probe', concurrency: 1 }] as const;
const none: (typeof agents)[0][] = [];

test('scenarios with the same agents share a mesh; a fresh one has a mesh for each run, at the end', () => {
  const a = { agents };
  const b = { agents: none };
  const killing = { agents, fresh: true };
  const c = { agents };
  expect(planStages([a, b, killing, c], 2)).toEqual([
    { scenarios: [a, c], runs: 2 },
    { scenarios: [b], runs: 2 },
    { scenarios: [killing], runs: 1 },
    { scenarios: [killing], runs: 1 },
  ]);
});

test('a fresh scenario that takes long runs no more often than it may', () => {
  expect(planStages([{ agents, fresh: true, mostRuns: 1 }], 5)).toHaveLength(1);
});
