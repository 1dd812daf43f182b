import { specDoor } from '../../../test/spec-door';

interface Stored {
  readonly name: string;
  readonly version: number;
}

describe('definitions', () => {
  const door = specDoor();
  const echo = (id: string, more: object = {}) => ({ id, capability: 'probe.echo', ...more });
  const store = (name: string, steps: object[], more: object = {}) =>
    door.post('/api/definitions', { definition: { name, steps, ...more } });

  test('each change is a version, the same once more is none; listed and shown', async () => {
    const first = await store('a b/c', [echo('one')], { description: 'first' });
    expect([first.statusCode, first.json()]).toEqual([
      201,
      expect.objectContaining({ name: 'a b/c', version: 1, description: 'first', createdBy: 'user:admin' }),
    ]);
    const same = await store('a b/c', [echo('one')], { description: 'first' });
    expect([same.statusCode, same.json<Stored>().version]).toEqual([200, 1]);
    const second = await store('a b/c', [echo('one'), echo('two')]);
    expect([second.statusCode, second.json<Stored>().version]).toEqual([201, 2]);
    const yaml = 'steps:\n  - { id: one, capability: probe.echo }\n';
    const named = await door.post('/api/definitions', { name: 'b', definition: yaml });
    expect(named.json()).toMatchObject({ name: 'b', version: 1, definition: { name: 'b' } });
    const list = (await door.get('/api/definitions?limit=1')).json<{ items: Stored[]; nextCursor: string }>();
    expect(list.items).toMatchObject([{ name: 'a b/c', version: 2 }]);
    const rest = (await door.get(`/api/definitions?cursor=${list.nextCursor}`)).json<{ items: Stored[] }>();
    expect(rest.items).toMatchObject([{ name: 'b', version: 1 }]);
    const path = `/api/definitions/${encodeURIComponent('a b/c')}`;
    expect((await door.get(path)).json()).toMatchObject({ version: 2, definition: { steps: [{}, { id: 'two' }] } });
    expect((await door.get(`${path}/versions/1`)).json()).toMatchObject({ version: 1 });
    const versions = (await door.get(`${path}/versions?limit=1`)).json<{ items: Stored[]; nextCursor: string }>();
    expect(versions.items.map(({ version }) => version)).toEqual([2]);
    const older = (await door.get(`${path}/versions?cursor=${versions.nextCursor}`)).json<{ items: Stored[] }>();
    expect(older.items.map(({ version }) => version)).toEqual([1]);
  });

  test('what is wrong is named; what is not there is not found', async () => {
    expect((await store('c', [echo('x', { capability: 'probe.nothing' })])).json()).toMatchObject({
      status: 422,
      code: 'WORKFLOW_INVALID',
      errors: [{ path: 'definition.steps[0].capability' }],
    });
    expect((await door.post('/api/definitions', { name: 'c' })).json()).toMatchObject({ status: 400 });
    for (const path of ['none', 'none/versions', 'none/versions/1', 'none/versions/x', 'none/versions/99999999999']) {
      expect((await door.get(`/api/definitions/${path}`)).json()).toMatchObject({ code: 'DEFINITION_NOT_FOUND' });
    }
  });

  test('many who store at the same time get versions without a gap', async () => {
    const steps = Array.from({ length: 8 }, (_, n) => [echo(`step-${n}`)]);
    const answers = await Promise.all(steps.map((one) => store('race', one)));
    expect(answers.map((one) => one.json<Stored>().version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('a run is created by name, in the newest version or another, and keeps what it was created with', async () => {
    await store('inner', [echo('one')]);
    await store('outer', [{ id: 'sub', workflow: 'inner' }]);
    const create = async (body: object) => (await door.post('/api/workflows', body)).json<Record<string, unknown>>();
    const run = await create({ workflow: 'outer', name: 'mine' });
    expect(run).toMatchObject({ name: 'mine', state: 'created', definition: { name: 'outer' } });
    await store('inner', [echo('one'), echo('two')]);
    await store('outer', [{ id: 'sub', workflow: 'inner' }, echo('more')]);
    expect(await create({ workflow: 'outer' })).toMatchObject({ steps: [{ id: 'sub' }, { id: 'more' }] });
    expect(await create({ workflow: 'outer', version: 1 })).toMatchObject({ steps: [{ id: 'sub', kind: 'workflow' }] });
    const again = await door.another();
    expect((await again.get(`/api/workflows/${String(run.id)}`)).json()).toMatchObject({ steps: [{ id: 'sub' }] });
    expect(await create({ workflow: 'nowhere' })).toMatchObject({ code: 'DEFINITION_NOT_FOUND' });
    expect(await create({ workflow: 'outer', version: 9 })).toMatchObject({ code: 'DEFINITION_NOT_FOUND' });
    expect(await create({ workflow: 'outer', definition: {} })).toMatchObject({ errors: [{ path: 'definition' }] });
    expect(await create({ definition: { name: 'x', steps: [echo('y')] }, version: 1 })).toMatchObject({
      errors: [{ path: 'version' }],
    });
  });

  test('a definition may use itself; an unknown one is named with those like it', async () => {
    const itself = { id: 'again', workflow: 'tree', when: 'input.n > 0', input: { n: '${{ input.n - 1 }}' } };
    expect((await store('tree', [echo('leaf'), itself])).statusCode).toBe(201);
    const check = await door.post('/api/workflows/check', {
      definition: { name: 'x', steps: [{ id: 's', workflow: 'tree' }] },
    });
    expect(check.json()).toEqual({ valid: true, faults: [], definitions: [{ name: 'tree', version: 1 }] });
    const near = await door.post('/api/workflows/check', {
      definition: { name: 'x', steps: [{ id: 's', workflow: 'inne' }] },
    });
    expect([near.statusCode, near.json()]).toEqual([
      200,
      { valid: false, faults: [expect.objectContaining({ path: 'definition.steps[0].workflow' })], definitions: [] },
    ]);
  });

  test('viewers read and do not store', async () => {
    expect((await door.withoutToken('GET', '/api/definitions')).statusCode).toBe(401);
  });
});
