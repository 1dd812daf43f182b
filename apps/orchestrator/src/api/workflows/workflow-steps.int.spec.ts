import { statement } from '@baton/persistence';
import { specDoor } from '../../../test/spec-door';

interface Page {
  readonly items: readonly { readonly id: string; readonly output: unknown; readonly kind: string }[];
  readonly nextCursor: string | null;
}

describe('steps of workflows', () => {
  const door = specDoor();
  let id: string;
  const page = async (query: string) => (await door.get(`/api/workflows/${id}/steps?${query}`)).json<Page>();

  beforeAll(async () => {
    const steps = [
      { id: 'first', capability: 'probe.echo' },
      { id: 'each', capability: 'probe.echo', forEach: '[1, 2, 3]' },
      { id: 'last', capability: 'probe.echo', needs: ['each'] },
    ];
    id = (await door.post('/api/workflows', { definition: { name: 's', steps } })).json<{ id: string }>().id;
    const run = (name: string, text: string) => door.database.run(statement(name, text), [id]);
    await run(
      'spec-tasks',
      `insert into tasks (id, capability, priority, rank, state, input, output, timeout_ms, max_retries, created_by,
                          workflow_id, step_id, finished_at)
       select gen_random_uuid(), 'probe.echo', 5, 0, 'completed', '1', '{"n":' || n || '}', 1, 0, 'x', $1::uuid,
              'each[' || n || ']', now() from generate_series(0, 2) n`,
    );
    await run(
      'spec-elements',
      `insert into workflow_steps (workflow_id, key, step_id, item_index, state, task_id, started_at, finished_at)
       select workflow_id, step_id, 'each', substring(step_id, 6, 1)::int, 'completed', id, now(), now()
         from tasks where workflow_id = $1`,
    );
    await run(
      'spec-each',
      `insert into workflow_steps (workflow_id, key, step_id, state, started_at, finished_at)
       select $1, key, key, state, now(), case when state = 'completed' then now() end
         from (values ('each', 'completed'), ('first', 'queued')) x (key, state)`,
    );
    await run('spec-running', `update workflows set state = 'running', started_at = now() where id = $1`);
  });

  test('in pages, each before what is inside it, with what they gave and what follows from that', async () => {
    const first = await page('limit=2');
    expect(first.items.map((step) => [step.id, step.kind, step.output])).toEqual([
      ['first', 'task', null],
      ['each', 'forEach', [{ n: 0 }, { n: 1 }, { n: 2 }]],
    ]);
    const second = await page(`limit=2&cursor=${first.nextCursor}`);
    expect(second.items.map((step) => [step.id, step.output])).toEqual([
      ['each[0]', { n: 0 }],
      ['each[1]', { n: 1 }],
    ]);
    const third = await page(`limit=10&cursor=${second.nextCursor}`);
    expect([third.items.map((step) => step.id), third.nextCursor]).toEqual([['each[2]', 'last'], null]);
  });

  test('in one state; a wrong state or cursor is refused', async () => {
    expect((await page('state=completed&limit=1')).items.map((step) => step.id)).toEqual(['each']);
    expect((await page('state=pending')).items.map((step) => step.id)).toEqual(['last']);
    expect(await page('state=nothing')).toMatchObject({ status: 400 });
    expect(await page('cursor=nonsense')).toMatchObject({ status: 400 });
  });

  test('a workflow with all of them, or without', async () => {
    const whole = (await door.get(`/api/workflows/${id}`)).json<{ steps: Page['items'] }>();
    expect(whole.steps.map((step) => step.id)).toEqual(['first', 'each', 'each[0]', 'each[1]', 'each[2]', 'last']);
    const { steps: _steps, progress: _progress, ...rest } = whole as unknown as Record<string, unknown>;
    const bare = (await door.get(`/api/workflows/${id}?steps=false`)).json<object>();
    expect(bare).toMatchObject(rest);
    expect(bare).not.toHaveProperty('steps');
    expect((await door.get(`/api/workflows/${id}?steps=some`)).statusCode).toBe(400);
  });
});
