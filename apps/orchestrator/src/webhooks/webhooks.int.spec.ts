import { randomUUID } from 'node:crypto';
import { statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { idsOf, webhookOffice } from '../../test/webhook-office';
import { answering, taken } from '../../test/webhook-receiver';

describe('webhooks', () => {
  const office = webhookOffice();
  const { door, registry } = office;
  const takeOffice = office.takeOffice.bind(office);
  const receive = office.receive.bind(office);
  const register = office.register.bind(office);
  const submit = office.submit.bind(office);
  const deliveries = office.deliveries.bind(office);

  test('what happens after it was registered is sent, signed, once to each', async () => {
    await submit(3);
    await takeOffice();
    const [first, second] = [await receive(), await receive()];
    const [one, two] = [await register(first), await register(second, { events: ['task.canceled'] })];
    const ids = await submit(20);
    await door.post(`/api/tasks/${ids[0]}/cancel`);
    await eventually(() => expect(first.got).toHaveLength(21));
    await eventually(() => expect(second.events.map(({ type }) => type)).toEqual(['task.canceled']));
    expect(new Set(idsOf(first))).toEqual(new Set(ids));
    first.verifyAll(one.secret);
    second.verifyAll(two.secret);
    expect(() => first.verifyAll(two.secret)).toThrow('signature');
    await eventually(async () => {
      for (const each of await deliveries(one)) expect(each).toMatchObject({ state: 'delivered', attempts: 1 });
    });
    expect(new Set(first.got.map(({ id }) => id)).size).toBe(21);
    expect(first.got[0]?.headers).toMatchObject({
      'user-agent': 'Baton-Webhooks/0',
      'content-type': 'application/json',
    });
  });

  test('only what belongs to one workflow, its steps among it', async () => {
    await takeOffice();
    const receiver = await receive();
    const definition = { name: 'told', steps: [{ id: 'one', capability: 'probe.echo' }] };
    const create = async () => (await door.post('/api/workflows', { definition })).json<{ id: string }>().id;
    const workflowId = await create();
    await register(receiver, { events: ['workflow.#'], workflowId });
    await create();
    await door.database.run(
      statement(
        'spec-step',
        `with t as (
           insert into tasks (id, capability, priority, rank, state, input, timeout_ms, max_retries, created_by, workflow_id, step_id)
           values ('${randomUUID()}', 'probe.echo', 5, 0, 'queued', '{}', 1000, 0, 'user:x', '${workflowId}', 'one') returning id
         ) insert into audit (subject, subject_id, seq, to_state, actor) select 'task', id, 1, 'queued', 'user:x' from t`,
      ),
    );
    await eventually(() => expect(receiver.got).toHaveLength(1));
    expect(receiver.events[0]).toMatchObject({ type: 'workflow.step.queued', data: { id: workflowId, stepId: 'one' } });
  });

  test('a receiver that is down gets everything when it is back, also what would be tried much later', async () => {
    await takeOffice();
    const receiver = await receive();
    const webhook = await register(receiver);
    await receiver.goDown();
    const ids = await submit(10);
    await eventually(async () => expect((await deliveries(webhook)).some(({ attempts }) => attempts >= 1)).toBe(true));
    expect(await deliveries(webhook, '?state=pending')).toHaveLength(10);
    await receiver.comeUp();
    await eventually(() => expect(idsOf(receiver)).toEqual([...ids].sort()), { timeoutMs: 15_000 });
    receiver.verifyAll(webhook.secret);
  });

  test('500 is tried again with the same id until it is taken; redirects are not followed', async () => {
    await takeOffice();
    const [receiver, elsewhere] = [await receive(), await receive()];
    receiver.answer = (response, index) =>
      [answering(500), answering(302, { location: elsewhere.url }), taken][index]?.(response, index);
    const webhook = await register(receiver);
    await submit(1);
    await eventually(() => expect(receiver.got).toHaveLength(3), { timeoutMs: 15_000 });
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(1);
    await eventually(async () => {
      expect(await deliveries(webhook)).toMatchObject([
        { state: 'delivered', attempts: 3, lastStatus: 204, lastError: null },
      ]);
    });
    expect(elsewhere.got).toEqual([]);
    expect(await registry.getSingleMetricAsString('baton_webhook_deliveries_total')).toContain('outcome="retried"');
  });

  test('a receiver that says 410 is disabled, told no more, and may be enabled again', async () => {
    await takeOffice();
    const receiver = await receive();
    receiver.answer = answering(410);
    const webhook = await register(receiver);
    await submit(10);
    const state = async () => (await door.get(`/api/webhooks/${webhook.id}`)).json<{ disabledReason: string | null }>();
    await eventually(async () => expect((await state()).disabledReason).toContain('410'));
    expect(await deliveries(webhook, '?state=pending')).toEqual([]);
    const failed = await deliveries(webhook, '?state=failed');
    expect(failed.length).toBe(10);
    const again = `/api/webhooks/${webhook.id}/deliveries/${failed[0]?.id}/redeliver`;
    expect((await door.post(again)).statusCode).toBe(409);
    receiver.answer = taken;
    await submit(1);
    expect((await door.post(`/api/webhooks/${webhook.id}/enable`)).json()).toMatchObject({ disabledAt: null });
    const before = receiver.got.length;
    const [id] = await submit(1);
    await eventually(() => expect(receiver.events.at(-1)?.data.id).toBe(id));
    expect(receiver.got).toHaveLength(before + 1);
    expect((await door.post(again)).statusCode).toBe(202);
    await eventually(() => expect(receiver.got.at(-1)?.id).toBe(`msg_${failed[0]?.id}`));
  });

  test('what is given up stays to be seen, and is sent again on request', async () => {
    await takeOffice({ schedule: { delaysMs: [20], giveUpAfterMs: 0 } });
    const receiver = await receive();
    receiver.answer = answering(503);
    const webhook = await register(receiver);
    await submit(1);
    await eventually(async () => expect(await deliveries(webhook, '?state=failed')).toHaveLength(1));
    receiver.answer = taken;
    const [failed] = await deliveries(webhook);
    expect(failed).toMatchObject({ state: 'failed', lastStatus: 503, nextAttemptAt: null });
    expect((await door.post(`/api/webhooks/${webhook.id}/deliveries/${failed?.id}/redeliver`)).statusCode).toBe(202);
    await eventually(async () => expect(await deliveries(webhook, '?state=delivered')).toHaveLength(1));
  });

  test('a slow receiver takes nothing from another', async () => {
    await takeOffice();
    const [slow, quick] = [await receive(), await receive()];
    slow.answer = () => undefined;
    await register(slow);
    await register(quick);
    const ids = await submit(50);
    await eventually(() => expect(idsOf(quick)).toEqual([...ids].sort()));
    expect(slow.got.length).toBeLessThanOrEqual(8);
  });

  test('a brain that goes between sending and recording: the next one sends it again, with the same id', async () => {
    const first = await takeOffice();
    const receiver = await receive();
    receiver.answer = () => undefined;
    const webhook = await register(receiver);
    const [id] = await submit(1);
    await eventually(() => expect(receiver.got).toHaveLength(1));
    // Its answers come too late: it is not the brain any more.
    const old = office.epoch;
    receiver.answer = taken;
    await takeOffice();
    await eventually(async () =>
      expect(await deliveries(webhook)).toMatchObject([{ state: 'delivered', attempts: 1 }]),
    );
    await first.stop();
    expect(office.epoch).not.toBe(old);
    expect(receiver.events.map(({ data }) => data.id)).toEqual([id, id]);
    expect(new Set(receiver.got.map((one) => one.id)).size).toBe(1);
  });

  test('events while nobody was the brain are sent by the next one', async () => {
    await (await takeOffice()).stop();
    const receiver = await receive();
    await register(receiver);
    const ids = await submit(500);
    await takeOffice();
    await eventually(() => expect(idsOf(receiver)).toEqual([...ids].sort()), { timeoutMs: 20_000 });
  });

  test('inner addresses are refused where they are not allowed, also behind names', async () => {
    await takeOffice({ allowPrivate: false });
    const receiver = await receive();
    const webhook = await register(receiver, { url: receiver.url.replace('127.0.0.1', 'localhost') });
    await submit(1);
    await eventually(async () => expect((await deliveries(webhook))[0]?.lastError).toContain('WEBHOOK_ALLOW_PRIVATE'));
    expect(receiver.got).toEqual([]);
  });

  test.each([
    ['ftp://example.com', 'url'],
    ['nonsense', 'url'],
    ['http://user:secret@example.com/', 'url'],
    ['http://169.254.169.254/latest', 'url'],
  ])('%s is refused', async (url, path) => {
    const answer = await door.post('/api/webhooks', { url });
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ errors: { path: string }[] }>().errors[0]?.path).toBe(path);
  });

  test('patterns that match nothing are refused; what does not exist is said; secrets are shown once; changes are audited', async () => {
    const receiver = await receive();
    expect((await door.post('/api/webhooks', { url: receiver.url, events: ['Task.x'] })).statusCode).toBe(400);
    const webhook = await register(receiver);
    expect((await door.get('/api/webhooks')).body).not.toContain(webhook.secret);
    expect((await door.get(`/api/webhooks/${randomUUID()}`)).json()).toMatchObject({ code: 'WEBHOOK_NOT_FOUND' });
    const nobody = `/api/webhooks/${webhook.id}/deliveries/${randomUUID()}/redeliver`;
    expect((await door.post(nobody)).statusCode).toBe(404);
    await eventually(async () => {
      const { items } = (await door.get('/api/audit?subject=mesh')).json<{ items: { to: string; reason: string }[] }>();
      const mine = items.filter(({ reason }) => reason?.includes(webhook.id));
      expect(mine.map(({ to }) => to)).toContain('webhook-created');
    });
  });
});
