import { type Receipt } from '../stage/workflow-rows';
import { faultsOf } from './check-order';

const graph = [
  { id: 'a', type: 'a', needs: [] },
  { id: 'b', type: 'b', needs: ['a'] },
];
const receipt = (step: string, assigned: number, completed: number, receipts = 1): Receipt => ({
  step,
  assignedAt: new Date(assigned),
  completedAt: new Date(completed),
  receipts,
});

test('each once and in order: no faults', () => {
  expect(faultsOf(graph, [receipt('a', 1, 2), receipt('b', 2, 3)])).toEqual([]);
});

test.each<[string, Receipt[], string]>([
  ['too early', [receipt('a', 1, 5), receipt('b', 4, 6)], 'b was begun before a had completed'],
  ['twice', [receipt('a', 1, 2, 2), receipt('b', 2, 3)], 'a completed 2 times'],
  ['never', [receipt('a', 1, 2)], 'b completed 0 times'],
  ['strange', [receipt('a', 1, 2), receipt('b', 2, 3), receipt('c', 2, 3)], 'c is no task of the graph'],
  ['two tasks', [receipt('a', 1, 2), receipt('a', 1, 2), receipt('b', 2, 3)], '2 steps had 3 tasks'],
])('%s is told', (_, receipts, fault) => {
  expect(faultsOf(graph, receipts)).toContain(fault);
});
