import fc from 'fast-check';
import { startOrder, type Dependent } from './start-order';

const item = (name: string, ...dependsOn: string[]): Dependent => ({ name, dependsOn });
const namesOf = (items: readonly Dependent[]): unknown => {
  const order = startOrder(items);
  return order.ok ? order.levels.map((level) => level.map((one) => one.name)) : order.cycle;
};

test.each([
  ['nothing', [], []],
  ['independent ones start together', [item('a'), item('b')], [['a', 'b']]],
  ['a chain', [item('c', 'b'), item('b', 'a'), item('a')], [['a'], ['b'], ['c']]],
  ['a diamond', [item('a'), item('b', 'a'), item('c', 'a'), item('d', 'b', 'c')], [['a'], ['b', 'c'], ['d']]],
  ['an unknown name holds nobody up', [item('a', 'nobody')], [['a']]],
  ['itself', [item('a', 'a')], ['a', 'a']],
  ['a circle is named, without those before it', [item('x', 'a'), item('a', 'b'), item('b', 'a')], ['a', 'b', 'a']],
] satisfies [string, Dependent[], unknown][])('%s', (_rule, items, expected) => {
  expect(namesOf(items)).toEqual(expected);
});

test('everybody starts once, after what it depends on', () => {
  const graph = fc.array(fc.array(fc.nat(30), { maxLength: 4 }), { maxLength: 30 });
  fc.assert(
    fc.property(graph, (edges) => {
      // Only edges to earlier ones: no cycle by construction.
      const items = edges.map((to, n) => item(`n${n}`, ...to.filter((t) => t < n).map((t) => `n${t}`)));
      const order = startOrder([...items].reverse());
      if (!order.ok) throw new Error('no cycle was there');
      const level = new Map(order.levels.flatMap((row, n) => row.map((one) => [one.name, n] as const)));
      expect(level.size).toBe(items.length);
      for (const one of items)
        for (const name of one.dependsOn) expect(level.get(name)).toBeLessThan(level.get(one.name) as number);
    }),
  );
});
