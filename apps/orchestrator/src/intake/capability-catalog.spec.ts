import { type JsonSchema } from '@baton/contracts';
import { CapabilityCatalog } from './capability-catalog';

function catalogOf(...names: string[]) {
  const known: { name: string; version: string; input: JsonSchema }[] = names.map((name) => ({
    name,
    version: '1.0.0',
    input: { type: 'object', required: ['q'], properties: { q: { type: 'string' } } },
  }));
  let loads = 0;
  let now = 0;
  const catalog = new CapabilityCatalog(
    () => {
      loads += 1;
      return Promise.resolve([...known]);
    },
    () => now,
  );
  return { catalog, known, loads: () => loads, pass: (ms: number) => (now += ms) };
}

test('input is checked against the schema, with the path of the fault', async () => {
  const { catalog } = catalogOf('a.search');
  expect(await catalog.check({ capability: 'a.search', input: { q: 'x' } })).toEqual([]);
  expect(await catalog.check({ capability: 'a.search', input: { q: 1 } })).toMatchObject([{ path: 'input.q' }]);
  expect(await catalog.check({ capability: 'a.search', input: 'x' })).toMatchObject([{ path: 'input' }]);
});

test('an unknown capability or fallback is refused with what is near', async () => {
  const { catalog } = catalogOf('research.search', 'analysis.describe');
  const error = { code: 'CAPABILITY_UNKNOWN', message: expect.stringContaining('research.search') };
  await expect(catalog.check({ capability: 'research.serch', input: {} })).rejects.toMatchObject(error);
  await expect(
    catalog.check({ capability: 'research.search', input: { q: '' }, fallback: ['other.search'] }),
  ).rejects.toMatchObject(error);
});

test('what is spelt almost alike comes first', () => {
  const { catalog } = catalogOf('probe.crash', 'probe.echo', 'probe.fail', 'other.run');
  return catalog.isKnown('probe.ecko').then(() => {
    expect(catalog.near('probe.ecko')).toEqual(['probe.echo', 'probe.crash', 'probe.fail']);
  });
});

test('a capability that comes later is found without a restart, and unknown names do not hammer the database', async () => {
  const { catalog, known, loads, pass } = catalogOf('a.search');
  expect(await catalog.isKnown('b.new')).toBe(false);
  known.push({ name: 'b.new', version: '1.0.0', input: true });
  expect(await catalog.isKnown('b.new')).toBe(false);
  expect(loads()).toBe(1);
  pass(1000);
  expect(await catalog.isKnown('b.new')).toBe(true);
  expect(await catalog.isKnown('b.new')).toBe(true);
  expect(loads()).toBe(2);
});

test('a schema that changed comes into force', async () => {
  const { catalog, known, pass } = catalogOf('a.search');
  await catalog.check({ capability: 'a.search', input: { q: 'x' } });
  known[0] = { name: 'a.search', version: '1.0.0', input: false };
  pass(3000);
  await catalog.check({ capability: 'a.search', input: { q: 'x' } });
  await new Promise(setImmediate);
  expect(await catalog.check({ capability: 'a.search', input: { q: 'x' } })).toHaveLength(1);
});

test('the newest version counts, by its number; of a range the newest in it', async () => {
  const { catalog, known, pass } = catalogOf('a.search');
  const integer = { type: 'object', properties: { q: { type: 'integer' } } };
  known.push(
    { name: 'a.search', version: '1.10.0', input: integer },
    { name: 'a.search', version: '1.9.0', input: false },
  );
  pass(1000);
  expect(await catalog.check({ capability: 'a.search', input: { q: 1 } })).toEqual([]);
  expect(await catalog.check({ capability: 'a.search', input: { q: 'x' }, version: '~1.0' })).toEqual([]);
  expect(await catalog.check({ capability: 'a.search', input: { q: 'x' }, version: '<1.10' })).toHaveLength(1);
});

test('a range that is none, and one that nobody ever offered, name the field', async () => {
  const { catalog } = catalogOf('a.search');
  const check = (version: string) => catalog.check({ capability: 'a.search', input: { q: 'x' }, version });
  await expect(check('one or two')).rejects.toMatchObject({ code: 'VALIDATION_FAILED', faults: [{ path: 'version' }] });
  await expect(check('^2')).rejects.toMatchObject({
    code: 'CAPABILITY_UNKNOWN',
    faults: [{ path: 'version', message: expect.stringContaining('1.0.0') }],
  });
});
