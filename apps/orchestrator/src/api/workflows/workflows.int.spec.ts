import { specDoor } from '../../../test/spec-door';

describe('workflows', () => {
  const door = specDoor();

  const steps = [
    { id: 'first', capability: 'probe.echo', input: { n: 1 } },
    { id: 'second', capability: 'probe.echo', needs: ['first'] },
  ];
  const definition = { name: 'two-steps', steps };

  test('created as JSON, as a bare document and as YAML; shown, listed, started', async () => {
    const yaml = 'name: from-yaml\nsteps:\n  - id: only\n    capability: probe.echo\n';
    const created = [
      await door.post('/api/workflows', { name: 'mine', definition, input: { a: 1 } }),
      await door.post('/api/agents/workflows/create', definition),
      await door.post('/api/workflows', yaml, { 'content-type': 'application/yaml' }),
    ];
    expect(created.map((one) => [one.statusCode, one.json().name])).toEqual([
      [201, 'mine'],
      [201, 'two-steps'],
      [201, 'from-yaml'],
    ]);
    const { id } = (created[0] as (typeof created)[number]).json();
    const shown = (await door.get(`/api/agents/workflows/${id}`)).json();
    expect(shown).toMatchObject({ id, state: 'created', progress: { total: 2 }, input: { a: 1 } });
    const list = (await door.get('/api/agents/workflows/list?limit=2')).json();
    expect(list.items.map((one: { name: string }) => one.name)).toEqual(['from-yaml', 'two-steps']);
    const rest = (await door.get(`/api/workflows?cursor=${list.nextCursor}`)).json();
    expect(rest.items.map((one: { id: string }) => one.id)).toEqual([id]);
    const started = await door.post(`/api/workflows/${id}/start`);
    expect(started.statusCode).toBe(202);
    expect((await door.get(`/api/workflows/${id}/results`)).json()).toMatchObject({ id, attempts: 0 });
    expect((await door.get(`/api/workflows/${id}/history`)).json().items[0]).toMatchObject({
      to: 'created',
      actor: 'user:admin',
    });
  });

  test('what is wrong with a run, and which execution would do best, by the routes', async () => {
    const { id } = (await door.post('/api/workflows', definition)).json();
    expect((await door.get(`/api/workflows/${id}/diagnostics`)).json()).toMatchObject({ id, state: 'created' });
    expect((await door.get(`/api/workflows/${id}/diagnostics?starvedSeconds=x`)).statusCode).toBe(400);
    expect((await door.get('/api/workflows/none/diagnostics')).statusCode).toBe(404);
    const own = (await door.get(`/api/workflows/${id}/recommendation`)).json();
    const asked = (await door.post('/api/workflows/recommend', { definition })).json();
    for (const { candidates } of [own, asked]) {
      expect(candidates.map((one: { execution: string }) => one.execution)).toContain('as-written');
    }
    const { valid, faults } = (await door.post('/api/workflows/check', { definition: { name: 'none' } })).json();
    expect({ valid, paths: faults.map((fault: { path: string }) => fault.path) }).toEqual({
      valid: false,
      paths: ['definition.steps'],
    });
  });

  test('a cycle, an unknown step and an unknown capability are named, all at once', async () => {
    const faulty = [
      { id: 'a', capability: 'probe.echo', needs: ['b'] },
      { id: 'b', capability: 'probe.echo', needs: ['a'] },
      { id: 'c', capability: 'probe.nothing', needs: ['nowhere'] },
    ];
    const response = await door.post('/api/workflows', { definition: { name: 'faulty', steps: faulty } });
    expect(response.json()).toMatchObject({ status: 422, code: 'WORKFLOW_INVALID' });
    expect(response.json().errors.length).toBeGreaterThanOrEqual(2);
  });

  test('what does not fit the body, YAML that is none, ids that are none', async () => {
    const misfit = (await door.post('/api/workflows', { definition, start: 'yes', colour: 1 })).json();
    expect(misfit.errors.map((fault: { path: string }) => fault.path).sort()).toEqual(['colour', 'start']);
    const broken = await door.post('/api/workflows', 'steps: [', { 'content-type': 'application/yaml' });
    expect(broken.json()).toMatchObject({ status: 400, code: 'BODY_UNREADABLE' });
    expect((await door.get('/api/workflows/none')).json()).toMatchObject({ status: 404, code: 'WORKFLOW_NOT_FOUND' });
    expect((await door.post('/api/workflows/none/pause')).statusCode).toBe(404);
    const bomb = `a: &a [x,x]\nb: &b [${'*a,'.repeat(200)}*a]\nsteps: [${'*b,'.repeat(200)}*b]\n`;
    expect((await door.post('/api/workflows', bomb, { 'content-type': 'text/yaml' })).statusCode).toBe(400);
  });
});
