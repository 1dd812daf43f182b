import { RankedIndex } from './ranked-index';

const corpus = [
  { id: 'amqp', title: 'AMQP client', text: 'Connection recovery: after a lost connection the client reconnects and declares its topology again.' },
  { id: 'pool', title: 'Database pool', text: 'Each connection of the pool is checked. A broken connection is closed.' },
  { id: 'recovery', title: 'Disaster recovery', text: 'Backups and restores. Recovery of data after a fire.' },
  { id: 'cake', title: 'Chocolate cake', text: 'Butter, sugar, flour. Recovery from eating takes an afternoon on the sofa with nothing else to do.' },
  { id: 'parser', title: 'parseConnectionString', text: 'Takes a URL apart.' },
  { id: 'colors', title: 'Colors', text: 'Red, green, blue.' },
]; // prettier-ignore

function indexed(): RankedIndex {
  const index = new RankedIndex();
  for (const document of corpus) index.put(document);
  return index;
}
const ids = (query: string, limit = 10): string[] =>
  indexed()
    .rank(query, limit)
    .hits.map(({ id }) => id);

test.each([
  ['connection recovery', ['amqp', 'recovery', 'parser', 'pool', 'cake']],
  ['recovering connections', ['amqp', 'recovery', 'parser', 'pool', 'cake']],
  ['Chocolate', ['cake']],
  ['green', ['colors']],
  ['the of and', []],
  ['', []],
  ['zebra', []],
])('the query "%s" ranks %j', (query, expected) => {
  expect(ids(query)).toEqual(expected);
});

test('a word mistyped or cut short still finds, but only when nothing matches as it is', () => {
  expect(ids('chocolat')).toEqual(['cake']);
  expect(ids('topologi')).toContain('amqp');
  expect(ids('conection')).toContain('amqp');
});

test('scores fall, the limit cuts, the total counts all', () => {
  const { hits, total } = indexed().rank('connection recovery', 2);
  expect(hits).toHaveLength(2);
  expect(total).toBe(5);
  expect(hits[0]!.score).toBeGreaterThan(hits[1]!.score);
});

test('a document that is put again is found by its new words only', () => {
  const index = indexed();
  index.put({ id: 'cake', title: 'Pancake', text: 'Eggs and milk.' });
  expect(index.rank('chocolate', 5).hits.filter(({ id }) => id === 'cake' && index.size === 6)).toEqual([]);
  expect(index.rank('eggs', 5).hits.map(({ id }) => id)).toEqual(['cake']);
  index.drop('cake');
  expect(index.rank('eggs', 5).total).toBe(0);
});
