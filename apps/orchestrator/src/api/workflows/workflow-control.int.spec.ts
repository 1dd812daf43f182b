import { statement } from '@baton/persistence';
import { specDoor } from '../../../test/spec-door';

/** Nobody acts behind this door: what is asked stays in the inbox, and states are set by hand. */
describe('control of workflows', () => {
  const door = specDoor();
  const wait = { id: 'w', wait: { signal: 'go' } };
  const definition = { name: 'waits', steps: [wait, { id: 'last', capability: 'probe.echo', needs: ['w'] }] };

  const create = async (state = 'created'): Promise<string> => {
    const { id } = (await door.post('/api/workflows', { definition })).json<{ id: string }>();
    const move = statement('spec-move', `update workflows set state = $2, started_at = now() where id = $1`);
    await door.database.run(move, [id, state]);
    return id;
  };
  const inbox = (id: string) =>
    door.database.run<{ kind: string; payload: string | null }>(
      statement('spec-inbox', 'select kind, payload from workflow_inbox where workflow_id = $1 order by id'),
      [id],
    );
  const ask = (id: string, path: string, body?: object | string, headers: Record<string, string> = {}) =>
    door.post(`/api/workflows/${id}/${path}`, body, headers);

  test.each([
    ['start', 'created', { input: { a: 1 } }, { input: { a: 1 } }],
    ['pause', 'running', undefined, { running: 'finish' }],
    ['pause', 'running', { running: 'cancel' }, { running: 'cancel' }],
    ['resume', 'paused', undefined, null],
    ['cancel', 'running', { reason: 'why' }, { reason: 'why' }],
    ['retry', 'failed', undefined, null],
    ['rerun', 'completed', { from: 'last' }, { from: 'last' }],
    ['signals/go', 'running', { any: ['json'] }, { name: 'go', payload: { any: ['json'] } }],
    ['signals/go', 'paused', undefined, { name: 'go', payload: null }],
  ])('%s of one that is %s with %j is left for the brain', async (path, state, body, payload) => {
    const id = await create(state);
    const answer = await ask(id, path, body);
    expect([answer.statusCode, answer.json()]).toEqual([202, expect.objectContaining({ id, state })]);
    const [asked, ...more] = await inbox(id);
    const { payload: kept } = asked as { payload: string | null };
    expect([asked?.kind, kept === null ? null : JSON.parse(kept), more]).toEqual([
      path === 'signals/go' ? 'signal' : path,
      payload,
      [],
    ]);
  });

  test.each([
    ['start', 'completed'],
    ['pause', 'created'],
    ['resume', 'created'],
    ['cancel', 'completed'],
    ['retry', 'running'],
    ['rerun', 'running'],
    ['signals/go', 'failed'],
  ])('%s of one that is %s is refused with the reason', async (path, state) => {
    const id = await create(state);
    const answer = await ask(id, path, path === 'rerun' ? { from: 'w' } : undefined);
    expect(answer.json()).toMatchObject({ status: 409, code: 'STATE_CONFLICT' });
    expect(answer.json<{ detail: string }>().detail).toContain(`is ${state}`);
    expect(await inbox(id)).toEqual([]);
  });

  test.each([
    ['start', 'running'],
    ['pause', 'paused'],
    ['resume', 'running'],
    ['cancel', 'canceled'],
  ])('%s of one that is %s already changes nothing', async (path, state) => {
    const id = await create(state);
    expect((await ask(id, path)).statusCode).toBe(202);
    expect(await inbox(id)).toEqual([]);
  });

  test('under one key once, whatever the state is by then; another request under it is refused', async () => {
    const id = await create('running');
    const key = { 'idempotency-key': 'mine' };
    for (let times = 0; times < 3; times += 1)
      expect((await ask(id, 'signals/go', '7', json(key))).statusCode).toBe(202);
    expect(await inbox(id)).toEqual([{ kind: 'signal', payload: '{"name":"go","payload":7}' }]);
    expect((await ask(id, 'signals/go', '8', json(key))).json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await ask(id, 'pause', undefined, key)).json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    const long = await ask(id, 'pause', undefined, { 'idempotency-key': 'x'.repeat(201) });
    expect(long.json()).toMatchObject({ status: 400, errors: [{ path: 'Idempotency-Key' }] });
  });

  test('what does not fit is named', async () => {
    const id = await create('running');
    expect((await ask(id, 'pause', { running: 'stop' })).json()).toMatchObject({ errors: [{ path: 'running' }] });
    expect((await ask(id, 'rerun', {})).json()).toMatchObject({ status: 400, errors: [{ path: 'from' }] });
    const nowhere = await ask(await create('completed'), 'rerun', { from: 'nowhere' });
    expect(nowhere.json()).toMatchObject({
      status: 400,
      errors: [{ path: 'from', message: expect.stringContaining('w, last') }],
    });
    expect((await ask(id, `signals/${'x'.repeat(201)}`)).statusCode).toBe(400);
    expect((await ask('01890000-0000-7000-8000-000000000001', 'pause')).statusCode).toBe(404);
  });

  function json(more: Record<string, string>): Record<string, string> {
    return { 'content-type': 'application/json', ...more };
  }
});
