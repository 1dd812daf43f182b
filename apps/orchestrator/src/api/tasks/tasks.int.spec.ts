import { eventually } from '@baton/testing';
import { echo, specDoor } from '../../../test/spec-door';

describe('tasks', () => {
  const door = specDoor();

  test('submitted, read, listed, explained, canceled, retried, with its history', async () => {
    const submitted = await door.post('/api/tasks', echo({ tags: ['a'], metadata: { who: 'spec' } }));
    expect(submitted.statusCode).toBe(201);
    const task = submitted.json();
    expect(task).toMatchObject({
      state: 'queued',
      input: { n: 1 },
      tags: ['a'],
      metadata: { who: 'spec' },
      output: null,
    });
    expect((await door.get(`/api/agents/tasks/${task.id}`)).json()).toEqual(task);
    expect((await door.get('/api/tasks?state=queued&capability=probe.echo')).json().items).toContainEqual(task);
    expect((await door.get(`/api/tasks/${task.id}/why`)).json()).toMatchObject({ state: 'queued' });
    const canceled = await door.post(`/api/tasks/${task.id}/cancel`, { reason: 'enough' });
    expect(canceled.statusCode).toBe(202);
    expect(canceled.json()).toMatchObject({ state: 'canceled' });
    expect((await door.post(`/api/tasks/${task.id}/retry`)).json()).toMatchObject({ state: 'queued' });
    expect((await door.post(`/api/tasks/${task.id}/retry`)).statusCode).toBe(409);
    const { items } = (await door.get(`/api/tasks/${task.id}/history`)).json();
    expect(items.map((entry: { to: string }) => entry.to)).toEqual(['queued', 'canceled', 'queued']);
    expect(items[1]).toMatchObject({ from: 'queued', actor: 'user:admin', reason: 'enough' });
  });

  test('the same idempotency key is the same task, by header or field; another input is a conflict', async () => {
    const first = await door.post('/api/tasks', echo(), { 'idempotency-key': 'spec-1' });
    const again = await door.post('/api/agents/tasks/submit', echo({ idempotencyKey: 'spec-1' }));
    expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
    expect(again.json().id).toBe(first.json().id);
    const other = await door.post('/api/tasks', echo({ input: { n: 2 } }), { 'idempotency-key': 'spec-1' });
    expect(other.json()).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  test('the order of keys in the input does not make it another task', async () => {
    const one = await door.post('/api/tasks', echo({ input: { n: 1, m: { a: 1, b: 2 } }, idempotencyKey: 'order' }));
    const two = await door.post('/api/tasks', echo({ input: { m: { b: 2, a: 1 }, n: 1 }, idempotencyKey: 'order' }));
    expect([one.statusCode, two.statusCode]).toEqual([201, 200]);
    expect(two.json().id).toBe(one.json().id);
  });

  test('every field is shown again, and faults name theirs, in a batch with its place', async () => {
    const fields = {
      version: '^1.0',
      resources: { cpu: 0.5, memoryMb: 64 },
      rateLimitKey: 'r',
      rateLimit: { limit: 5, perSeconds: 60 },
      optional: true,
    };
    const sent = await door.post(
      '/api/tasks',
      echo({ ...fields, retry: { nonRetryable: ['X'], maxElapsedSeconds: 9 } }),
    );
    expect(sent.statusCode).toBe(201);
    expect((await door.get(`/api/tasks/${sent.json().id}`)).json()).toMatchObject({
      ...fields,
      retry: { initialMs: 500, nonRetryable: ['X'], maxElapsedSeconds: 9 },
    });
    const range = await door.post('/api/tasks', echo({ version: 'one or two' }));
    expect(range.json()).toMatchObject({ status: 400, errors: [{ path: 'version' }] });
    const none = await door.post('/api/tasks', echo({ version: '>=2' }));
    expect(none.json()).toMatchObject({ status: 422, code: 'CAPABILITY_UNKNOWN', errors: [{ path: 'version' }] });
    const unknown = { capability: 'probe.ecko', input: 1 };
    const batch = await door.post('/api/tasks/batch', { tasks: [echo(), echo(), unknown] });
    expect(batch.json()).toMatchObject({
      status: 422,
      code: 'CAPABILITY_UNKNOWN',
      errors: [{ path: 'tasks[2].capability', message: expect.stringContaining('probe.echo') }],
    });
    const gone = await door.post('/api/tasks', echo({ agentId: '0198b0a0-0000-7000-8000-000000000001' }));
    expect(gone.json()).toMatchObject({ status: 422, code: 'TARGET_AGENT_GONE', errors: [{ path: 'agentId' }] });
  });

  test('waiting ends with 202 when the time is up and 200 as soon as the task has ended', async () => {
    const late = await door.post('/api/tasks', echo(), { prefer: 'respond-async, wait=0' });
    expect(late.statusCode).toBe(202);
    expect(late.headers['preference-applied']).toBe('wait=0');
    const waiting = door.post('/api/tasks', echo(), { prefer: 'wait=20', 'idempotency-key': 'to-cancel' });
    const find = async () =>
      (await door.get('/api/tasks'))
        .json()
        .items.find((one: { idempotencyKey: string }) => one.idempotencyKey === 'to-cancel');
    await eventually(async () => expect(await find()).toBeDefined());
    await door.post(`/api/tasks/${(await find()).id}/cancel`);
    const ended = await waiting;
    expect(ended.statusCode).toBe(200);
    expect(ended.json()).toMatchObject({ state: 'canceled' });
  });

  test('a batch is all or none, and lists page through it newest first', async () => {
    const tags = ['batch'];
    const bad = await door.post('/api/tasks/batch', { tasks: [echo({ tags }), echo({ input: { n: 'x' } })] });
    expect(bad.json()).toMatchObject({ status: 422, errors: [{ path: 'tasks[1].input.n' }] });
    const { items } = (
      await door.post('/api/tasks/batch', { tasks: Array.from({ length: 25 }, () => echo({ tags })) })
    ).json();
    expect(items).toHaveLength(25);
    const seen: string[] = [];
    let next = '';
    do {
      const page = (await door.get(`/api/tasks?limit=10${next}`)).json();
      seen.push(...page.items.map((task: { id: string }) => task.id));
      next = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (next !== '');
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual([...seen].sort().reverse());
    for (const { id } of items) expect(seen).toContain(id);
  });

  test('a batch with a key that was used otherwise stores nothing, and each of its tasks is checked as one alone is', async () => {
    await door.post('/api/tasks', echo({ idempotencyKey: 'taken' }));
    const tasks = [echo({ idempotencyKey: 'undone' }), echo({ input: { n: 7 }, idempotencyKey: 'taken' })];
    const refused = await door.post('/api/tasks/batch', { tasks });
    expect(refused.json()).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
    const { items } = (await door.get('/api/tasks')).json();
    expect(items.map((task: { idempotencyKey: string }) => task.idempotencyKey)).not.toContain('undone');
    const large = { tasks: [echo(), echo({ input: { text: 'x'.repeat(2_000_000) } })] };
    expect((await door.post('/api/tasks/batch', large)).json()).toMatchObject({
      status: 422,
      errors: [{ path: 'tasks[1].input' }],
    });
    const both = { tasks: [echo({ runAt: '2099-01-01T00:00:00Z', delaySeconds: 1 })] };
    expect((await door.post('/api/tasks/batch', both)).json()).toMatchObject({
      errors: [{ path: 'tasks[0].delaySeconds' }],
    });
  });

  test('a batch of more than 1 MiB is taken, single tasks are not', async () => {
    const tasks = Array.from({ length: 20 }, () => echo({ input: { text: 'x'.repeat(100_000) } }));
    expect((await door.post('/api/tasks/batch', { tasks })).statusCode).toBe(201);
    expect((await door.post('/api/tasks', tasks)).statusCode).toBe(413);
  });
});
