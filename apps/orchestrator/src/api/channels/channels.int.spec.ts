import { connectBus, outgoing, queues, routes } from '@baton/bus';
import { agentPing } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { createChannel, joinChannel, openMailbox, statement } from '@baton/persistence';
import { specDoor } from '../../../test/spec-door';

const ADD_AGENT = statement(
  'spec-channels-agent',
  `insert into agents (id, name, family, incarnation, version, state, host, pid, concurrency)
   values (gen_random_uuid(), $1, 'probe', 1, '1', $2, 'h', 1, 1)`,
);

/** What a door does by itself; changes with a registry are in test/e2e/channels.e2e.spec.ts. */
describe('channels and mailboxes, while no registry runs', () => {
  const door = specDoor();
  const remove = (url: string) => door.app.inject({ method: 'DELETE', url, headers: door.bearer });

  beforeAll(async () => {
    for (const name of ['beta', 'alpha', 'gamma']) await createChannel(door.database, { name }, 'spec');
    for (const [name, state] of [
      ['here-1', 'idle'],
      ['gone-1', 'terminated'],
    ])
      await door.database.run(ADD_AGENT, [name, state]);
    for (const member of ['service', 'here-1', 'gone-1'])
      await joinChannel(door.database, { channel: 'alpha', member, durable: member === 'service' }, 'spec');
    await openMailbox(door.database, 'box', 'spec');
  });

  test('channels are read in pages by name, and by member', async () => {
    const first = (await door.get('/api/channels?limit=2')).json();
    expect(first.items).toMatchObject([
      { name: 'alpha', members: 3 },
      { name: 'beta', members: 0 },
    ]);
    const second = (await door.get(`/api/channels?limit=2&cursor=${first.nextCursor}`)).json();
    expect(second).toMatchObject({ items: [{ name: 'gamma' }], nextCursor: null });
    expect((await door.get('/api/channels?member=here-1')).json().items).toMatchObject([{ name: 'alpha' }]);
    expect((await door.get('/api/channels/alpha')).json()).toMatchObject({
      name: 'alpha',
      types: {},
      createdBy: 'spec',
    });
    expect((await door.get('/api/channels?cursor=bad')).json()).toMatchObject({ errors: [{ path: 'cursor' }] });
  });

  test('members are shown with what can be told of them', async () => {
    const { items } = (await door.get('/api/channels/alpha/members')).json();
    expect(items.map(({ member, present, waiting }: Record<string, unknown>) => [member, present, waiting])).toEqual([
      ['gone-1', false, null],
      ['here-1', true, null],
      ['service', null, null],
    ]);
    const page = (await door.get('/api/channels/alpha/members?limit=2')).json();
    expect((await door.get(`/api/channels/alpha/members?cursor=${page.nextCursor}`)).json().items).toHaveLength(1);
  });

  test('mailboxes are shown with what waits in them, and whether somebody takes it', async () => {
    const logger = createLogger('spec', 'silent');
    const bus = await connectBus({ url: door.brokerUrl, name: 'spec', source: '/services/spec', logger });
    await bus.admin.declare([queues.mailbox('box'), queues.mailbox('service')]);
    await bus.publish(routes.mailbox('box'), outgoing(agentPing, {}), { durable: true });
    const taking = await bus.consume(queues.mailbox('service'), () => 'done');
    const shown = { openedBy: 'spec', openedAt: expect.any(String) };
    expect((await door.get('/api/mailboxes')).json()).toEqual({
      items: [
        { address: 'box', ...shown, waiting: 1, attended: false },
        { address: 'service', ...shown, waiting: 0, attended: true },
      ],
      nextCursor: null,
    });
    const { items } = (await door.get('/api/channels/alpha/members')).json();
    expect(items[2]).toMatchObject({ member: 'service', durable: true, present: true, waiting: 0 });
    await taking.stop();
    await bus.close();
  });

  test('what does not exist is a 404 with its code, whatever its shape', async () => {
    for (const url of ['/api/channels/none', '/api/channels/none/members', '/api/channels/a%00b', '/api/channels/-'])
      expect((await door.get(url)).json()).toMatchObject({ status: 404, code: 'CHANNEL_NOT_FOUND' });
    expect((await remove('/api/channels/none/members/x')).json()).toMatchObject({ code: 'CHANNEL_NOT_FOUND' });
    expect((await remove('/api/channels/alpha/members/a%20b')).json()).toMatchObject({ status: 404 });
    expect((await remove('/api/mailboxes/a%20b')).json()).toMatchObject({ status: 404, code: 'MAILBOX_NOT_FOUND' });
  });

  test('bodies that do not fit are refused by field', async () => {
    const faultsOf = async (url: string, body: object): Promise<string[]> => {
      const answer = (await door.post(url, body)).json();
      expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
      return answer.errors.map((fault: { path: string }) => fault.path).sort();
    };
    expect(await faultsOf('/api/channels', { name: 'a b', types: { t: 1 }, extra: 1 })).toEqual(
      expect.arrayContaining(['extra', 'name', 'types.t']),
    );
    expect(await faultsOf('/api/channels/alpha/members', { durable: 'yes' })).toEqual(['durable', 'member']);
    expect(await faultsOf('/api/mailboxes', {})).toEqual(['address']);
    expect((await remove('/api/mailboxes/box?discard=perhaps')).json()).toMatchObject({
      errors: [{ path: 'discard' }],
    });
  });

  test('changes are refused at once: nobody could make them', async () => {
    const refusals = [
      await door.post('/api/channels', { name: 'new' }),
      await door.post('/api/channels/alpha/members', { member: 'x' }),
      await door.post('/api/mailboxes', { address: 'x' }),
      await remove('/api/channels/alpha'),
      await remove('/api/channels/alpha/members/here-1'),
      await remove('/api/mailboxes/box'),
    ];
    for (const refused of refusals) {
      expect(refused.json()).toMatchObject({ status: 503, code: 'NO_REGISTRY' });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect((await door.get('/api/channels/alpha')).json()).toMatchObject({ members: 3 });
  });
});
