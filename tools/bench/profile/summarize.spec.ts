import { type CpuProfile, topFunctions } from './summarize';

const node = (id: number, functionName: string, url = '', lineNumber = 0): CpuProfile['nodes'][number] => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

test('time is summed by function, idle time is nobody’s, and the largest comes first', () => {
  const profile: CpuProfile = {
    nodes: [
      node(1, '(idle)'),
      node(2, 'parse', 'file:///x/node_modules/pg/lib/client.js', 9),
      node(3, '', 'file:///x/dist/apps/orchestrator/main.js', 0),
      node(4, 'parse', 'file:///x/node_modules/pg/lib/client.js', 9),
      node(5, '(program)'),
    ],
    samples: [1, 2, 3, 4, 1, 5],
    timeDeltas: [5_000, 1_000, 2_500, 2_000, 9_000, 500],
  };
  expect(topFunctions(profile, 2)).toEqual([
    { name: 'parse pg/lib/client.js:10', milliseconds: 3, share: 0.5 },
    { name: '(anonymous) apps/orchestrator/main.js:1', milliseconds: 2.5, share: 2.5 / 6 },
  ]);
});
