import { statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { type Answered, BusAsker } from '../../test/bus-asker';
import { echo, specDoor } from '../../test/spec-door';

const submit = 'io.baton.tasks.submit.v1';
const ROW = statement('spec-bus-task', 'select traceparent, created_by as "by" from tasks where id = $1');
const COUNT = statement('spec-bus-count', 'select count(*)::int as n from tasks where idempotency_key like $1');

describe('requests over RabbitMQ', () => {
  const door = specDoor();
  let asker: BusAsker;
  beforeAll(async () => {
    asker = await BusAsker.open(door.brokerUrl, door.bearer.authorization);
  });
  afterAll(() => asker?.close());
  const idOf = (answer: Answered): string => String(answer.data.id);
  const count = async (key: string): Promise<number> =>
    (await door.database.run<{ n: number }>(COUNT, [`${key}%`]))[0]?.n ?? 0;

  test('a task is submitted, read and canceled with the answers of HTTP', async () => {
    const submitted = await asker.ask(submit, echo({ tags: ['bus'], priority: 7 }), { id: 'first' });
    expect(submitted).toMatchObject({ type: 'io.baton.tasks.submitted.v1', correlationid: 'first' });
    const overHttp = async () => (await door.get(`/api/tasks/${idOf(submitted)}`)).json();
    expect(submitted.data).toEqual(await overHttp());
    expect(submitted.data).toMatchObject({ state: 'queued', tags: ['bus'], priority: 7 });
    const found = await asker.ask('io.baton.tasks.get.v1', { id: submitted.data.id });
    expect(found).toMatchObject({ type: 'io.baton.tasks.found.v1', data: submitted.data });
    const canceled = await asker.ask('io.baton.tasks.cancel.v1', { id: submitted.data.id, reason: 'enough' });
    expect(canceled).toMatchObject({ type: 'io.baton.tasks.canceled.v1', data: { state: 'canceled' } });
    expect(canceled.data).toEqual(await overHttp());
  });

  test('who submitted and which trace it belongs to is kept', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const { data } = await asker.ask(submit, echo(), { traceparent });
    expect(await door.database.run(ROW, [data.id])).toEqual([{ traceparent, by: 'user:admin' }]);
    const odd = await asker.ask(submit, echo(), { traceparent: 'what ever' });
    expect(await door.database.run(ROW, [odd.data.id])).toMatchObject([{ traceparent: null }]);
  });

  test('the same event again is the same task; a key of its own counts instead; other work under it is a conflict', async () => {
    const first = await asker.ask(submit, echo(), { id: 'again' });
    const again = await asker.ask(submit, echo(), { id: 'again' });
    expect(idOf(again)).toBe(idOf(first));
    const elsewhere = await asker.ask(submit, echo(), { id: 'again', source: '/services/other' });
    expect(idOf(elsewhere)).not.toBe(idOf(first));
    const keyed = await asker.ask(submit, echo({ idempotencyKey: 'bus-key' }));
    expect((await door.post('/api/tasks', echo({ idempotencyKey: 'bus-key' }))).json().id).toBe(idOf(keyed));
    const other = await asker.ask(submit, echo({ input: { n: 2 } }), { id: 'again' });
    expect(BusAsker.problem(other)).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  test('a batch is all or none, also when it comes twice', async () => {
    const bad = await asker.ask(submit, { tasks: [echo(), echo({ input: { n: 'x' } })] }, { id: 'bad-batch' });
    expect(BusAsker.problem(bad)).toMatchObject({ status: 422, errors: [{ path: 'tasks[1].input.n' }] });
    expect(await count('/services/spec#bad-batch')).toBe(0);
    const tasks = Array.from({ length: 300 }, () => echo());
    const once = await asker.ask(submit, { tasks }, { id: 'batch' });
    const twice = await asker.ask(submit, { tasks }, { id: 'batch' });
    expect(twice.data).toEqual(once.data);
    expect(await count('/services/spec#batch')).toBe(300);
  });

  test('several events in one message are answered by one, in order, each for itself', async () => {
    const events = [asker.event(submit, echo(), { id: 'a' }), asker.event('io.baton.tasks.get.v1', { id: 'no' })];
    const answers = await asker.askRaw(JSON.stringify(events), { contentType: 'application/cloudevents-batch+json' });
    expect(answers.map((answer) => answer.correlationid)).toEqual(['a', events[1]?.id]);
    expect(answers[0]).toMatchObject({ data: { state: 'queued' } });
    expect(BusAsker.problem(answers[1])).toMatchObject({ code: 'TASK_NOT_FOUND', status: 404 });
  });

  test('a workflow is created and started, agents are discovered', async () => {
    const definition = { name: 'from-the-bus', steps: [{ id: 'a', capability: 'probe.echo', input: 1 }] };
    const created = await asker.ask('io.baton.workflows.create.v1', { definition });
    expect(created).toMatchObject({ type: 'io.baton.workflows.created.v1', data: { name: 'from-the-bus' } });
    expect(created.data).toEqual((await door.get(`/api/workflows/${idOf(created)}`)).json());
    const started = await asker.ask('io.baton.workflows.start.v1', { id: created.data.id });
    expect(started).toMatchObject({ type: 'io.baton.workflows.started.v1', data: { id: created.data.id } });
    const discovered = await asker.ask('io.baton.agents.discover.v1', { capability: 'probe.echo' });
    expect(discovered).toMatchObject({ type: 'io.baton.agents.discovered.v1', data: { agents: [] } });
  });

  test('waiting ends when the task ends, or when the time is up', async () => {
    const late = await asker.ask(submit, echo({ wait: 0 }));
    expect(late.data).toMatchObject({ state: 'queued' });
    const waiting = asker.ask(submit, echo({ wait: 60 }), { id: 'waits' });
    await eventually(async () => expect(await count('/services/spec#waits')).toBe(1));
    const same = await asker.ask(submit, echo(), { id: 'waits' });
    await door.post(`/api/tasks/${idOf(same)}/cancel`);
    expect((await waiting).data).toMatchObject({
      id: idOf(same),
      state: 'canceled',
      idempotencyKey: '/services/spec#waits',
    });
  });

  test('I6 more may wait than deliveries may be in flight; those who wait when the door closes get what there is', async () => {
    const other = await door.another();
    const waiting = Array.from({ length: 1200 }, (_, n) => asker.ask(submit, echo({ wait: 300 }), { id: `long-${n}` }));
    await eventually(async () => expect(await count('/services/spec#long-')).toBe(1200), { timeoutMs: 20_000 });
    expect(await asker.ask(submit, echo())).toMatchObject({ data: { state: 'queued' } });
    await other.close();
    // Requests went to both doors in turn: one half is answered now, the other when its tasks end.
    const answered = new Set<string>();
    for (const one of waiting) void one.then((answer) => answered.add(idOf(answer)));
    await eventually(() => Promise.resolve(expect(answered.size).toBeGreaterThan(300)));
    expect(answered.size).toBeLessThan(900);
  });

  test('a request that another orchestrator died with is carried out, unless that could do it twice', async () => {
    const thief = await asker.steal();
    const definition = { name: 'twice', steps: [{ id: 'a', capability: 'probe.echo', input: 1 }] };
    const creates = [1, 2].map(() => asker.ask('io.baton.workflows.create.v1', { definition }));
    await eventually(() => Promise.resolve(expect(thief.taken()).toBe(1)));
    const submits = [1, 2].map((n) => asker.ask(submit, echo(), { id: `stolen-${n}` }));
    await eventually(() => Promise.resolve(expect(thief.taken()).toBe(2)));
    await thief.die();
    for (const answer of await Promise.all(submits)) expect(answer.data).toMatchObject({ state: 'queued' });
    const types = (await Promise.all(creates)).map((answer) => answer.type);
    expect(types.sort()).toEqual(['io.baton.request.failed.v1', 'io.baton.workflows.created.v1']);
  });
});
