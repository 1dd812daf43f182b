import { type Spawning } from '@baton/contracts';
import fc from 'fast-check';
import { spawnFault, type Spawner, type SpawnRequest } from './spawn-limits';

const spawner = (depth: number, spawning: Spawning | null = null, below = 0): Spawner => ({
  id: `t${depth}`,
  depth,
  spawning,
  below,
});
const asks = (more: Partial<SpawnRequest> = {}, count = 2): SpawnRequest => ({
  lineage: [spawner(0)],
  batches: {},
  key: 'k',
  capabilities: Array.from({ length: count }, () => 'a.b'),
  existing: new Map(),
  ...more,
});
const lineageOf = (...up: Spawner[]) => ({ lineage: up as unknown as SpawnRequest['lineage'] });

test.each<[string, SpawnRequest]>([
  ['SP1 a root that says nothing has the defaults', asks({}, 100)],
  ['SP2 the last level', asks(lineageOf(spawner(2), spawner(1), spawner(0)))],
  ['SP2 as many as are left', asks({ batches: { a: 60, b: 38 } })],
  ['SP2 as many as are left below the root', asks(lineageOf(spawner(1), spawner(0, null, 998)))],
  ['a key that every object has as a field', asks({ key: 'constructor' })],
  ['SP1 what is allowed', asks(lineageOf(spawner(0, { capabilities: ['x.y', 'a.b'] })))],
  [
    'SP3 a batch that is there is not counted again',
    asks({ batches: { k: 2, a: 98 }, existing: new Map([[1, 'a.b']]) }),
  ],
])('%s may be spawned', (_, request) => {
  expect(spawnFault(request)).toBeUndefined();
});

test.each<[string, SpawnRequest, RegExp]>([
  [
    'SP1 the default depth',
    asks(lineageOf(spawner(3), spawner(2), spawner(1), spawner(0))),
    /depth 3 \(set by task t0\)/,
  ],
  ['SP1 the default fan-out', asks({ batches: { a: 99 } }), /fanOut 100 .* has spawned 99 and asks for 2 more/],
  ['SP1 the default of all', asks(lineageOf(spawner(1), spawner(0, null, 999))), /tasks 1000 \(set by task t0\)/],
  [
    'SP1 a child cannot widen what its parent may',
    asks(lineageOf(spawner(1, { depth: 9 }), spawner(0, { depth: 1 }))),
    /depth 1 \(set by task t0\): these would be level 2/,
  ],
  ['SP1 a child can narrow it', asks(lineageOf(spawner(1, { depth: 0 }), spawner(0))), /depth 0 \(set by task t1\)/],
  ['SP2 of a subtree', asks(lineageOf(spawner(1, { tasks: 3 }, 2), spawner(0, null, 5))), /tasks 3 \(set by task t1\)/],
  [
    'SP1 what is not allowed, wherever that was said',
    asks(lineageOf(spawner(1), spawner(0, { capabilities: ['x.y'] }))),
    /a\.b is not among them/,
  ],
])('%s is a limit that is named', (_, request, message) => {
  expect(spawnFault(request)).toMatchObject({
    code: 'SPAWN_LIMIT',
    retryable: false,
    message: expect.stringMatching(message),
  });
});

test.each<[string, Partial<SpawnRequest>]>([
  ['another number', { batches: { k: 3 } }],
  ['another capability', { batches: { k: 2 }, existing: new Map([[0, 'a.c']]) }],
])('SP3 %s under a known key is refused', (_, more) => {
  expect(spawnFault(asks(more))).toMatchObject({ code: 'SPAWN_CHANGED', retryable: false });
});

/** Every task spawns as often as it may, whatever it says about its own limits. */
test('SP1 SP2 however tasks go on spawning, their tree ends within what its root says', () => {
  const said = fc.record(
    { depth: fc.nat(5), fanOut: fc.nat(4), tasks: fc.nat(30) },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Spawning>;
  fc.assert(
    fc.property(
      fc.record({ depth: fc.nat(3), fanOut: fc.nat(4), tasks: fc.nat(30) }),
      fc.infiniteStream(said),
      (root, more) => {
        const lineages: Spawner[][] = [[spawner(0, root)]];
        let tasks = 0;
        for (let lineage = lineages.pop(); lineage; lineage = lineages.pop()) {
          const batches: Record<string, number> = {};
          for (;;) {
            const up = lineage.map((one, index) => (index === lineage.length - 1 ? { ...one, below: tasks } : one));
            if (spawnFault(asks({ ...lineageOf(...up), batches, key: `k${tasks}` }, 1))) break;
            batches[`k${tasks}`] = 1;
            tasks += 1;
            expect(lineage.length).toBeLessThanOrEqual(root.depth);
            lineages.push([spawner(lineage.length, more.next().value as Spawning), ...lineage]);
          }
          expect(Object.keys(batches).length).toBeLessThanOrEqual(root.fanOut);
        }
        expect(tasks).toBeLessThanOrEqual(root.tasks);
      },
    ),
  );
});
