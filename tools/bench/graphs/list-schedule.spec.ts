import { listSchedule } from './list-schedule';
import { GraphBuilder, times } from './task-graph';

const allOf = (ids: readonly string[], ms: number): Map<string, number> => new Map(ids.map((id) => [id, ms]));

test('independent tasks share the slots', () => {
  const graph = new GraphBuilder();
  const ids = times(10, () => graph.add('one'));
  expect(listSchedule(graph.tasks, allOf(ids, 10), 4)).toBe(30);
  expect(listSchedule(graph.tasks, allOf(ids, 10), 100)).toBe(10);
});

test('a chain takes the sum whatever the slots', () => {
  const graph = new GraphBuilder();
  const first = graph.add('a');
  const second = graph.add('b', [first]);
  expect(listSchedule(graph.tasks, new Map([[first, 3], [second, 4]]), 8)).toBe(7); // prettier-ignore
});

test('who has been ready longest goes first, though another choice would end earlier', () => {
  const graph = new GraphBuilder();
  const [short, other, long] = [graph.add('short'), graph.add('other'), graph.add('long')];
  const last = graph.add('last', [long]);
  const lengths = new Map([[short, 10], [other, 10], [long, 30], [last, 10]]); // prettier-ignore
  expect(listSchedule(graph.tasks, lengths, 2)).toBe(50);
});

test('tasks that need each other are refused', () => {
  const graph = [
    { id: 'a', type: 'a', needs: ['b'] },
    { id: 'b', type: 'b', needs: ['a'] },
  ];
  expect(() => listSchedule(graph, new Map(), 1)).toThrow('need each other');
});
