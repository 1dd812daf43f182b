import { eventually } from '@baton/testing';
import { type Refusal, Door } from './refusals';
import { failedStart } from './failed-start';
import { MeshUnderTest } from './mesh-under-test';

/** Whatever a client does wrong, it is told what, where, and what to do. */
let under: MeshUnderTest;
let door: Door;

beforeAll(async () => {
  under = await MeshUnderTest.start();
  door = new Door(under.mesh.api, await under.mesh.token());
}, 180_000);
afterAll(() => under.stop(), 60_000);

const echo = (more: object = {}): object => ({ capability: 'probe.echo', input: { a: 1 }, ...more });
const workflow = (...steps: object[]): object => ({ definition: { name: 'wrong', steps } });
const step = (id: string, more: object = {}): object => ({ id, capability: 'probe.echo', ...more });
const large = JSON.stringify(echo({ input: 'x'.repeat(10_000_000) }));
const noTask = '/api/tasks/0190a0d0-0000-7000-8000-000000000000';
const text = (content: string) => ({ body: content });
const json = (content: unknown) => ({ body: JSON.stringify(content) });

type Case = readonly [what: string, status: number, code: string, told: RegExp, ...Parameters<Door['send']>];

const tokens: Case[] = [
  ['no token', 401, 'UNAUTHENTICATED', /Authorization: Bearer.*POST \/api\/auth\/token/, 'GET /api/tasks', { token: '' }],
  ['a wrong token', 401, 'UNAUTHENTICATED', /get a new one at POST/, 'GET /api/tasks', { token: 'Bearer a.b.c' }],
  ['another scheme', 401, 'UNAUTHENTICATED', /Authorization: Bearer/, 'GET /api/tasks', { token: 'Basic YTpi' }],
  ['a wrong password', 401, 'UNAUTHENTICATED', /password is wrong/, 'POST /api/auth/token', json({ username: 'admin', password: 'guess' })],
]; // prettier-ignore

const tasks: Case[] = [
  ['an unknown field', 400, 'VALIDATION_FAILED', /\bfoo is not a known field/, 'POST /api/tasks', json(echo({ foo: 1 }))],
  ['bad types, all at once', 400, 'VALIDATION_FAILED', /priority must be integer.*tags must be array/, 'POST /api/tasks', json(echo({ priority: 'high', tags: 'a' }))],
  ['no input', 400, 'VALIDATION_FAILED', /input is required/, 'POST /api/tasks', json({ capability: 'probe.echo' })],
  ['a list as a task', 400, 'VALIDATION_FAILED', /must be a JSON object/, 'POST /api/tasks', json([])],
  ['a day that does not exist', 400, 'VALIDATION_FAILED', /runAt must match format/, 'POST /api/tasks', json(echo({ runAt: '2027-19-39T00:00:00Z' }))],
  ['an unknown capability', 422, 'CAPABILITY_UNKNOWN', /"probe.ecko".*Did you mean probe.echo/, 'POST /api/tasks', json(echo({ capability: 'probe.ecko' }))],
  ['an unknown fallback', 422, 'CAPABILITY_UNKNOWN', /"probe.fial".*probe.fail/, 'POST /api/tasks', json(echo({ fallback: ['probe.fial'] }))],
  ['input that does not fit', 422, 'INPUT_INVALID', /input\.values\[1\] must be number/, 'POST /api/tasks', json({ capability: 'analysis.describe', input: { values: [1, 'x'] } })],
  ['half a surrogate pair as a key', 422, 'INPUT_INVALID', /idempotencyKey holds half/, 'POST /api/tasks', text('{"capability":"probe.echo","input":1,"idempotencyKey":"\\ud800"}')],
  ['1001 tasks', 400, 'VALIDATION_FAILED', /tasks must NOT have more than 1000/, 'POST /api/tasks/batch', json({ tasks: Array(1001).fill(echo()) })],
  ['an id that is none', 404, 'TASK_NOT_FOUND', /Check the id/, 'GET /api/tasks/seven'],
  ['an id of nothing', 404, 'TASK_NOT_FOUND', /Check the id/, `GET ${noTask}`],
]; // prettier-ignore

const bodies: Case[] = [
  ['invalid JSON', 400, 'BODY_UNREADABLE', /not JSON/, 'POST /api/tasks', text('{"capability":')],
  ['a prototype in JSON', 400, 'BODY_UNREADABLE', /not JSON/, 'POST /api/tasks', text('{"capability":"probe.echo","input":{"__proto__":{}}}')],
  ['no UTF-8', 400, 'BODY_UNREADABLE', /UTF-8/, 'POST /api/tasks', { body: Buffer.from('"\xff"', 'latin1') }],
  ['too deep', 400, 'BODY_UNREADABLE', /deeper than 64.*Flatten/, 'POST /api/tasks', text('['.repeat(100) + ']'.repeat(100))],
  ['a NUL in a value', 400, 'VALIDATION_FAILED', /input\.a holds a NUL.*remove it/, 'POST /api/tasks', json(echo({ input: { a: 'x\0' } }))],
  ['a NUL in a name', 400, 'VALIDATION_FAILED', /input\.a\\u0000 holds a NUL/, 'POST /api/tasks', json(echo({ input: { 'a\0': 1 } }))],
  ['a bare NUL', 400, 'BODY_UNREADABLE', /not JSON/, 'POST /api/tasks', text('{"capability":"a\0"}')],
  ['a NUL in a query', 400, 'VALIDATION_FAILED', /capability holds a NUL/, 'GET /api/tasks?capability=%00'],
  ['a NUL in the text of a workflow', 422, 'WORKFLOW_INVALID', /definition\.name holds a NUL/, 'POST /api/workflows', json({ definition: '{"name":"a\\u0000","steps":[{"id":"s","capability":"probe.echo"}]}' })],
  ['a workflow in text too deep', 422, 'WORKFLOW_INVALID', /deeper than 64/, 'POST /api/workflows', json({ definition: '['.repeat(50_000) })],
  ['YAML too deep', 400, 'BODY_UNREADABLE', /deeper than 64/, 'POST /api/workflows', { body: '['.repeat(50_000), type: 'application/yaml' }],
  ['10 MB', 413, 'BODY_TOO_LARGE', /10000038 bytes; at most 1048576.*pass a reference/, 'POST /api/tasks', text(large)],
  ['10 MB in pieces', 413, 'BODY_TOO_LARGE', /at most 1048576.*pass a reference/, 'POST /api/tasks', { pieces: large }],
  ['10 MB to sign in', 413, 'BODY_TOO_LARGE', /at most 1048576/, 'POST /api/auth/token', text(large)],
  ['10 MB in one task of a batch', 422, 'INPUT_INVALID', /tasks\[0\]\.input is larger than 1048576 bytes/, 'POST /api/tasks/batch', text(`{"tasks":[${large}]}`)],
  ['plain text', 415, 'MEDIA_TYPE_UNSUPPORTED', /application\/json/, 'POST /api/tasks', { ...json(echo()), type: 'text/plain' }],
  ['a form', 415, 'MEDIA_TYPE_UNSUPPORTED', /application\/json/, 'POST /api/tasks', { body: 'a=1', type: 'application/x-www-form-urlencoded' }],
]; // prettier-ignore

const routes: Case[] = [
  ['an unknown route', 404, 'NOT_FOUND', /no GET \/api\/nothing.*openapi\.json/, 'GET /api/nothing'],
  ['a path that cannot be decoded', 400, 'BODY_UNREADABLE', /percent-encode/, 'GET /api/tasks/%zz'],
  ['a method that is not for it', 405, 'METHOD_NOT_ALLOWED', /DELETE is not.*takes GET, HEAD, POST/, 'DELETE /api/tasks'],
  ['a limit that is none', 400, 'VALIDATION_FAILED', /limit .*number/, 'GET /api/tasks?limit=many'],
  ['a limit too large', 400, 'VALIDATION_FAILED', /limit .*500/, 'GET /api/tasks?limit=501'],
  ['a cursor of somebody else', 400, 'VALIDATION_FAILED', /pass nextCursor as it came/, 'GET /api/tasks?cursor=abc'],
  ['an unknown filter', 400, 'VALIDATION_FAILED', /colour is not a known parameter/, 'GET /api/agents?colour=red'],
  ['a filter that is no id', 400, 'VALIDATION_FAILED', /agentId .*UUID/, 'GET /api/tasks?agentId=x'],
]; // prettier-ignore

const workflows: Case[] = [
  ['a cycle', 422, 'WORKFLOW_INVALID', /definition\.steps\[0\]\.needs is part of a cycle: a needs b needs a/, 'POST /api/workflows', json(workflow(step('a', { needs: ['b'] }), step('b', { needs: ['a'] })))],
  ['a step that needs itself', 422, 'WORKFLOW_INVALID', /definition\.steps\[0\]\.needs/, 'POST /api/workflows', json(workflow(step('a', { needs: ['a'] })))],
  ['an unknown step', 422, 'WORKFLOW_INVALID', /definition\.steps\[0\]\.needs.*\bb\b/, 'POST /api/workflows', json(workflow(step('a', { needs: ['b'] })))],
  ['an unknown step in an expression', 422, 'WORKFLOW_INVALID', /definition\.steps\[0\]\.input.*\bgone\b/, 'POST /api/workflows', json(workflow(step('a', { input: { x: '${{ steps.gone.output }}' } })))],
  ['a bad expression', 422, 'WORKFLOW_INVALID', /definition\.steps\[0\]\.input\.x/, 'POST /api/workflows', json(workflow(step('a', { input: { x: '${{ 1 + }}' } })))],
  ['an unknown capability', 422, 'WORKFLOW_INVALID', /definition\.steps\[0\]\.capability.*probe\.echo/, 'POST /api/workflows', json(workflow(step('a', { capability: 'probe.ecko' })))],
  ['a step twice', 422, 'WORKFLOW_INVALID', /definition\.steps\[1\]\.id/, 'POST /api/workflows', json(workflow(step('a'), step('a')))],
  ['no steps', 422, 'WORKFLOW_INVALID', /definition\.steps/, 'POST /api/workflows', json(workflow())],
]; // prettier-ignore

describe.each<[string, Case[]]>([
  ['tokens', tokens],
  ['tasks', tasks],
  ['bodies', bodies],
  ['routes', routes],
  ['workflows', workflows],
])('%s', (_room, cases) => {
  test.each(cases.map((one) => ({ name: one[0], status: one[1], code: one[2], one })))(
    '$name is answered $status $code',
    async ({ one }) => {
      const [, status, code, told, request, content] = one;
      const refusal: Refusal = await door.send(request, content);
      expect(refusal).toMatchObject({ status, type: expect.stringMatching(/^application\/problem\+json/) });
      expect(refusal.problem).toMatchObject({
        status,
        code,
        type: `urn:baton:error:${code}`,
        title: expect.any(String),
      });
      expect(refusal.problem.detail).toMatch(told);
      expect(refusal.text).not.toMatch(/\.ts:\d|\.js:\d|node_modules| {4}at /);
    },
  );
});

test('a token that was tampered with is refused', async () => {
  const [head, , signature] = (await under.mesh.token()).split('.');
  const forged = Buffer.from(JSON.stringify({ name: 'admin', roles: ['admin'], exp: 4_000_000_000 })).toString(
    'base64url',
  );
  for (const token of [
    `${head}.${forged}.${signature}`,
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${forged}.`,
  ])
    expect((await door.send('GET /api/tasks', { token: `Bearer ${token}` })).problem.code).toBe('UNAUTHENTICATED');
});

test('one bad task of a batch keeps all of it out', async () => {
  const before = await door.send('POST /api/tasks', json(echo({ idempotencyKey: 'before', input: 'before' })));
  expect(before.status).toBe(201);
  const good = echo({ tags: [], metadata: { kept: 'out' } });
  for (const bad of [echo({ priority: 10 }), echo({ capability: 'probe.none' }), echo({ idempotencyKey: 'before' })]) {
    const refusal = await door.send('POST /api/tasks/batch', json({ tasks: [good, bad] }));
    expect([400, 409, 422]).toContain(refusal.status);
  }
  const { text: list } = await door.send('GET /api/tasks?limit=500');
  expect(list).toContain('before');
  expect(list).not.toContain('"kept"');
});

test('an idempotency key: the same task again, or a conflict that names it', async () => {
  const send = (input: unknown) => door.send('POST /api/tasks', json(echo({ input, idempotencyKey: 'once' })));
  const [first, again, other] = [await send(1), await send(1), await send(2)];
  expect([first.status, again.status, other.status]).toEqual([201, 200, 409]);
  const { id } = JSON.parse(first.text) as { id: string };
  expect(JSON.parse(again.text)).toMatchObject({ id });
  expect(other.problem).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', detail: expect.stringContaining(id) });
});

test('a task that has ended is neither canceled nor completed again', async () => {
  const done = await door.send('POST /api/tasks', { ...json(echo()), prefer: 'wait=30' });
  const { id, state } = JSON.parse(done.text) as { id: string; state: string };
  expect(state).toBe('completed');
  for (const action of ['cancel', 'retry']) {
    const refusal = await door.send(`POST /api/tasks/${id}/${action}`);
    expect(refusal.problem).toMatchObject({ status: 409, code: 'STATE_CONFLICT', detail: expect.stringContaining(id) });
  }
});

test('a step whose input comes out as no agent can be sent it fails, and says why', async () => {
  const made = workflow(step('made', { input: { x: "${{ $decodeUrlComponent('%00') }}" } }));
  const created = await door.send('POST /api/workflows', json({ ...made, start: true }));
  const { id } = JSON.parse(created.text) as { id: string };
  const failed = async (): Promise<void> => {
    const { text: now } = await door.send(`GET /api/workflows/${id}`);
    expect(JSON.parse(now)).toMatchObject({ state: 'failed', steps: [{ error: { code: 'EXPRESSION_FAILED' } }] });
    expect(now).toContain('holds a NUL');
  };
  await eventually(failed);
});

describe('a process that cannot start', () => {
  const stack = /\n {4}at |\\n {4}at /;

  test.each(['orchestrator', 'registry', 'host', 'probe-agent'])(
    '%s names every wrong setting at once',
    async (app) => {
      const wrong = { HEALTH_PORT: '99999', MESSAGE_QUEUE_URL: 'http://u:hunter2@host/', LOG_LEVEL: 'loud' };
      const { code, said } = await failedStart(app, wrong);
      expect(code).toBe(78);
      for (const name of Object.keys(wrong)) expect(said).toMatch(new RegExp(`- ${name}: .+`));
      expect(said).not.toMatch(stack);
      expect(said).not.toContain('hunter2');
    },
    60_000,
  );

  test.each(['AGENT_ORCHESTRATOR_PORT', 'HEALTH_PORT', 'METRICS_PORT'])(
    '%s in use is named with the way out',
    async (name) => {
      const { api, services } = under.mesh;
      const { databaseUrl: DATABASE_URL, messageQueueUrl: MESSAGE_QUEUE_URL } = services;
      const { port } = new URL(api);
      const { code, said } = await failedStart('orchestrator', { DATABASE_URL, MESSAGE_QUEUE_URL, [name]: port });
      expect(code).toBe(78);
      expect(said).toMatch(new RegExp(`${name}: port ${port} is in use: .*set another port, or 0`));
      expect(said).not.toMatch(stack);
    },
    60_000,
  );

  test.each([
    ['orchestrator', 'DATABASE_URL', 'postgres://baton:hunter2@127.0.0.1:1/baton'],
    ['orchestrator', 'MESSAGE_QUEUE_URL', 'amqp://baton:hunter2@127.0.0.1:1/'],
    ['host', 'MESSAGE_QUEUE_URL', 'amqp://baton:hunter2@127.0.0.1:1/'],
  ])(
    '%s without its %s says where it looked, and no password',
    async (app, name, url) => {
      const { databaseUrl: DATABASE_URL, messageQueueUrl: MESSAGE_QUEUE_URL } = under.mesh.services;
      const { code, said } = await failedStart(app, { DATABASE_URL, MESSAGE_QUEUE_URL, [name]: url });
      expect(code).toBe(1);
      expect(said).toMatch(new RegExp(`127\\.0\\.0\\.1:1\\b.*${name}`));
      expect(said).not.toContain('hunter2');
    },
    60_000,
  );
});

test('nothing of it hurt the mesh', async () => {
  const done = await door.send('POST /api/tasks', { ...json(echo()), prefer: 'wait=30' });
  expect(JSON.parse(done.text)).toMatchObject({ state: 'completed', attempt: 1 });
  await under.expectInvariants();
});
