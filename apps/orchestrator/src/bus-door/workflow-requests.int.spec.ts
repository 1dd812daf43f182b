import { statement } from '@baton/persistence';
import { BusAsker } from '../../test/bus-asker';
import { specDoor } from '../../test/spec-door';

describe('control of workflows over the bus', () => {
  const door = specDoor();
  let asker: BusAsker;
  beforeAll(async () => {
    asker = await BusAsker.open(door.brokerUrl, door.bearer.authorization);
  });
  afterAll(() => asker?.close());

  const definition = { name: 'waits', steps: [{ id: 'w', wait: { signal: 'go' } }] };
  const inState = async (state: string): Promise<string> => {
    const { id } = (await door.post('/api/workflows', { definition })).json<{ id: string }>();
    await door.database.run(statement('spec-move', `update workflows set state = $2 where id = $1`), [id, state]);
    return id;
  };
  const inbox = async (id: string): Promise<string[]> => {
    const rows = statement('spec-inbox', 'select kind, payload from workflow_inbox where workflow_id = $1 order by id');
    const found = await door.database.run<{ kind: string; payload: string | null }>(rows, [id]);
    return found.map(({ kind, payload }) => `${kind} ${payload ?? ''}`.trim());
  };

  test.each([
    ['pause', 'running', { running: 'cancel' }, 'pause {"running":"cancel"}'],
    ['resume', 'paused', {}, 'resume'],
    ['cancel', 'running', { reason: 'why' }, 'cancel {"reason":"why"}'],
    ['retry', 'failed', {}, 'retry'],
    ['rerun', 'completed', { from: 'w' }, 'rerun {"from":"w"}'],
    ['signal', 'running', { name: 'go', payload: [1] }, 'signal {"name":"go","payload":[1]}'],
  ])('%s of one that is %s: sent twice it is asked once', async (kind, state, more, asked) => {
    const id = await inState(state);
    for (let times = 0; times < 2; times += 1) {
      const answer = await asker.ask(`io.baton.workflows.${kind}.v1`, { id, ...more }, { id: `${kind}-once` });
      expect(answer).toMatchObject({ type: 'io.baton.workflows.state.v1', data: { id, state } });
    }
    expect(await inbox(id)).toEqual([asked]);
  });

  test('shown, refused with the reason, and faults are named', async () => {
    const id = await inState('completed');
    const found = await asker.ask('io.baton.workflows.get.v1', { id });
    expect(found.data).toEqual((await door.get(`/api/workflows/${id}`)).json());
    const refused = BusAsker.problem(await asker.ask('io.baton.workflows.pause.v1', { id }));
    expect(refused).toMatchObject({ status: 409, code: 'STATE_CONFLICT' });
    const faulty = BusAsker.problem(await asker.ask('io.baton.workflows.signal.v1', { id, nam: 'go' }));
    expect(faulty.errors?.map(({ path }) => path).sort()).toEqual(['nam', 'name']);
    const none = { id: '01890000-0000-7000-8000-000000000001' };
    expect(BusAsker.problem(await asker.ask('io.baton.workflows.retry.v1', none))).toMatchObject({ status: 404 });
  });

  test('created from a stored definition', async () => {
    await door.post('/api/definitions', { definition: { ...definition, name: 'stored' } });
    const created = await asker.ask('io.baton.workflows.create.v1', { workflow: 'stored', version: 1 });
    expect(created.data).toMatchObject({ name: 'stored', definition: { name: 'stored' } });
    const neither = BusAsker.problem(await asker.ask('io.baton.workflows.create.v1', { name: 'x' }));
    expect(neither).toMatchObject({ status: 400, errors: [{ path: 'definition' }] });
  });
});
