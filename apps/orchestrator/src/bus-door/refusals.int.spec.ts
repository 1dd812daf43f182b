import { statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { BusAsker } from '../../test/bus-asker';
import { echo, specDoor } from '../../test/spec-door';
import { AccessTokens } from '../auth/access-tokens';
import { type Role } from '../auth/principal';

const submit = 'io.baton.tasks.submit.v1';
const COUNT = statement('spec-refusals-count', 'select count(*)::int as n from tasks where idempotency_key like $1');

describe('refusals over RabbitMQ', () => {
  const door = specDoor();
  let asker: BusAsker;
  beforeAll(async () => {
    asker = await BusAsker.open(door.brokerUrl, door.bearer.authorization);
  });
  afterAll(() => asker?.close());
  const tokenOf = (...roles: Role[]) => door.app.get(AccessTokens).issue({ id: 'u', name: 'ada', roles });
  const stored = async (key: string): Promise<number> =>
    (await door.database.run<{ n: number }>(COUNT, [`${key}%`]))[0]?.n ?? 0;

  test.each<[string, object]>([
    ['fields that do not fit', echo({ priority: 12, retry: { factor: 0 } })],
    ['unknown fields', echo({ colour: 'red' })],
    ['an unknown capability', echo({ capability: 'probe.ecko' })],
    ['input that does not fit', echo({ input: { n: 'x' } })],
    ['fields that exclude each other', echo({ runAt: '2099-01-01T00:00:00Z', delaySeconds: 1 })],
    ['a batch without tasks', { tasks: [] }],
  ])('%s: the problem is that of HTTP', async (_what, body) => {
    const http = (await door.post('tasks' in body ? '/api/tasks/batch' : '/api/tasks', body)).json();
    const problem = BusAsker.problem(await asker.ask(submit, body, { id: 'asked' }));
    expect(problem).toEqual({ ...http, instance: 'asked' });
  });

  test.each<[string, () => Promise<Record<string, string>> | Record<string, string>, object]>([
    ['no token', () => ({ authorization: '' }), { status: 401, code: 'UNAUTHENTICATED' }],
    ['nonsense', () => ({ authorization: 'Bearer nonsense' }), { status: 401, code: 'UNAUTHENTICATED' }],
    [
      'too small a role',
      async () => ({ authorization: `Bearer ${await tokenOf('viewer')}` }),
      { status: 403, code: 'FORBIDDEN', detail: expect.stringContaining('operator') },
    ],
  ])('%s is refused, and nothing is stored', async (name, headers, problem) => {
    const answer = await asker.ask(submit, echo(), { id: `refused-${name}`, headers: await headers() });
    expect(BusAsker.problem(answer)).toMatchObject(problem);
    expect(await stored(`/services/spec#refused-${name}`)).toBe(0);
  });

  test('an expired token is refused, and a role that is enough is not', async () => {
    jest.useFakeTimers({ now: Date.now() - 3600_000, advanceTimers: true });
    const old = await tokenOf('operator');
    jest.useRealTimers();
    const refused = await asker.ask(submit, echo(), { headers: { authorization: `Bearer ${old}` } });
    expect(BusAsker.problem(refused)).toMatchObject({
      code: 'UNAUTHENTICATED',
      detail: expect.stringContaining('expired'),
    });
    const agent = await asker.ask(submit, echo(), { headers: { authorization: `bearer ${await tokenOf('agent')}` } });
    expect(agent.data).toMatchObject({ state: 'queued' });
  });

  const nested = `${'['.repeat(70)}${']'.repeat(70)}`;
  const withInput = (input: string): string =>
    JSON.stringify(asker.event(submit, echo({ input: 'HERE' }))).replace('"HERE"', input);
  test.each<[string, () => string | Buffer, string, string]>([
    ['no JSON', () => 'submit this, please', 'MESSAGE_INVALID', 'not JSON'],
    ['no event', () => '{"capability":"probe.echo"}', 'MESSAGE_INVALID', 'specversion'],
    ['no UTF-8', () => Buffer.from([0x7b, 0xff, 0x7d]), 'MESSAGE_INVALID', 'UTF-8'],
    ['a NUL character', () => withInput('"\\u0000"'), 'MESSAGE_INVALID', 'NUL'],
    ['2 MB of input', () => withInput(`"${'x'.repeat(2_000_000)}"`), 'MESSAGE_INVALID', 'larger than'],
    ['another type', () => JSON.stringify(asker.event('io.baton.tasks.bake.v1', {})), 'MESSAGE_INVALID', 'tasks.bake'],
    ['deep nesting', () => withInput(nested), 'VALIDATION_FAILED', 'nests deeper'],
    ['a prototype', () => withInput('{"__proto__":{"a":1}}'), 'VALIDATION_FAILED', '__proto__'],
    ['no object', () => JSON.stringify(asker.event(submit, [1])), 'VALIDATION_FAILED', 'must be a JSON object'],
  ])('%s is answered when somebody asked', async (_what, content, code, detail) => {
    const [answer] = await asker.askRaw(content());
    expect(BusAsker.problem(answer)).toMatchObject({ status: 400, code, detail: expect.stringContaining(detail) });
  });

  test('without reply-to good ones are stored and bad ones go to the dead letters, with the reason', async () => {
    const event = (id: string, data: unknown): string => JSON.stringify(asker.event(submit, data, { id }));
    asker.send(event('silent-good', echo()));
    asker.send(event('silent-bad', echo({ priority: 12 })));
    asker.send(event('silent-stranger', echo()), { headers: { authorization: 'Bearer nonsense' } });
    asker.send('silent-garbage');
    const mixed = [asker.event(submit, echo(), { id: 'mixed-good' }), asker.event(submit, {}, { id: 'mixed-bad' })];
    asker.send(JSON.stringify(mixed), { contentType: 'application/cloudevents-batch+json' });
    await eventually(async () => expect(await stored('/services/spec#silent-good')).toBe(1));
    expect((await asker.deadLetter('silent-bad')).reason).toContain('VALIDATION_FAILED');
    expect((await asker.deadLetter('silent-stranger')).reason).toContain('UNAUTHENTICATED');
    expect((await asker.deadLetter('silent-garbage')).reason).toContain('not JSON');
    expect((await asker.deadLetter('mixed-bad')).reason).toContain('VALIDATION_FAILED');
    expect(await stored('/services/spec#mixed-good')).toBe(1);
  });

  test('a flood from many connections is answered to the last, each by its own task', async () => {
    const crowd = await Promise.all(
      Array.from({ length: 10 }, () => BusAsker.open(door.brokerUrl, door.bearer.authorization)),
    );
    const answers = await Promise.all(
      crowd.flatMap((one) => Array.from({ length: 500 }, (_, n) => one.ask(submit, echo({ input: { n } })))),
    );
    expect(new Set(answers.map((answer) => answer.data.id)).size).toBe(5000);
    for (const [index, answer] of answers.entries()) expect(answer.data.input).toEqual({ n: index % 500 });
    await Promise.all(crowd.map((one) => one.close()));
  });
});
