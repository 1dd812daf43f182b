import { createValidator } from '@baton/bus';
import { workflowDocumentSchema } from '@baton/engine';
import { seeded } from '../schedule/seeded';
import { workflowOrder } from './workflow-mix';

const chance = seeded(5);
const orders = Array.from({ length: 200 }, (_, n) => workflowOrder(chance, n));
const definitions = orders.map(({ body }) => (body as { definition: { name: string } }).definition);

test('every one is a document the doors accept', () => {
  const faultsOf = createValidator(workflowDocumentSchema);
  expect(definitions.flatMap((definition) => faultsOf(definition))).toEqual([]);
});

test('every sort is in it: waits, nesting and patterns', () => {
  const names = new Set(definitions.map(({ name }) => name));
  const sorts = ['graph', 'waits', 'nested', 'pipeline', 'quorum', 'consensus', 'auction', 'swarm'];
  expect([...names].sort()).toEqual(sorts.map((sort) => `chaos-${sort}`).sort());
});

test('the same seed gives the same workflows', () => {
  const again = seeded(5);
  expect(orders.map((_, n) => workflowOrder(again, n))).toEqual(orders);
});
