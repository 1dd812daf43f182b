import { type AddressInfo } from 'node:net';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Global, Module } from '@nestjs/common';
import { type Bus, connectBus } from '@baton/bus';
import { createLogger, createMetricsRegistry } from '@baton/observability';
import { Database, statement } from '@baton/persistence';
import { eventually, testBroker, type TestBroker, testDatabase, type TestDatabase } from '@baton/testing';
import { AuthModule } from '../auth/auth.module';
import { readConfig } from '../config';
import { CoreModule } from '../core.module';
import { EventsModule } from '../events/events.module';
import { OpsModule } from '../ops/ops.module';
import { OpsServers } from '../ops/ops-servers';
import { TaskMetrics } from '../ops/task-metrics';
import { CapabilityCatalog } from '../intake/capability-catalog';
import { Hints } from '../intake/hints';
import { BRAIN } from '../tokens';
import { WorkflowService } from '../workflows/workflow-service';
import { ApiModule } from './api.module';
import { createApi, routesOf } from './create-api';
import { MeshControl } from './system/mesh-control';

// The first start compiles much of Nest, on whatever machine this is.
jest.setTimeout(60_000);

const shutdowns: string[] = [];
class RecordedControl extends MeshControl {
  shutdown(mode: string, by: string): void {
    shutdowns.push(`${mode} by ${by}`);
  }
}

@Global()
@Module({
  providers: [
    { provide: BRAIN, useValue: { epoch: undefined } },
    { provide: MeshControl, useClass: RecordedControl },
    {
      provide: WorkflowService,
      inject: [Database, Hints, CapabilityCatalog],
      useFactory: (...parts: ConstructorParameters<typeof WorkflowService>) => new WorkflowService(...parts),
    },
  ],
  exports: [BRAIN, MeshControl, WorkflowService],
})
class AroundModule {}

const PASSWORD = 'correct horse battery staple';
const announceEcho = statement(
  'spec-announce',
  `insert into capabilities (name, version, family, input_schema, output_schema) values ('probe.echo', '1.0.0', 'probe', $1, 'true')`,
);
const inputSchema = JSON.stringify({ type: 'object', properties: { n: { type: 'integer' } } });

interface Documented {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: string[];
  readonly responses: Record<string, object>;
  readonly security?: object[];
}

describe('the API', () => {
  let holder: TestDatabase;
  let broker: TestBroker;
  let database: Database;
  let bus: Bus;
  let app: NestFastifyApplication;
  let token: string;

  async function startApp(): Promise<NestFastifyApplication> {
    const logger = createLogger('api-spec', 'silent');
    const registry = createMetricsRegistry('orchestrator');
    const config = readConfig({ DATABASE_URL: holder.url, MESSAGE_QUEUE_URL: broker.url });
    const taskMetrics = new TaskMetrics(registry);
    const ops = { healthPort: 0, metricsPort: 0, address: '127.0.0.1', registry, taskMetrics };
    const imports = [
      CoreModule.with({ config, logger, bus, database }),
      AroundModule,
      AuthModule.register({ adminPassword: PASSWORD }),
      EventsModule,
      OpsModule.register(ops),
      ApiModule.register({ version: '1.2.3' }),
    ];
    class RootModule {}
    const made = await createApi({ module: RootModule, imports }, { logger, version: '1.2.3', registry });
    await made.listen(0, '127.0.0.1');
    return made;
  }

  beforeAll(async () => {
    [holder, broker] = await Promise.all([testDatabase(), testBroker()]);
    database = new Database({ url: holder.url, name: 'api-spec' });
    await database.connect();
    bus = await connectBus({
      url: broker.url,
      name: 'api-spec',
      source: '/orchestrators/spec',
      logger: createLogger('x', 'silent'),
    });
    await database.run(announceEcho, [inputSchema]);
    app = await startApp();
    token = (await signIn()).json().accessToken;
  });
  afterAll(async () => {
    await app?.close();
    await bus?.close();
    await database?.close();
    await Promise.all([holder?.close(), broker?.close()]);
  });

  const signIn = (password = PASSWORD, username = 'admin') =>
    app.inject({ method: 'POST', url: '/api/auth/token', payload: { username, password } });
  const get = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}`, ...headers } });
  const post = (url: string, payload?: unknown, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(payload === undefined ? {} : { payload: payload as object }),
    });
  const echo = (more: object = {}) => ({ capability: 'probe.echo', input: { n: 1 }, ...more });
  const apiUrl = () => `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;

  describe('problems', () => {
    test.each([
      ['no route', 'GET', '/api/nothing', 404, 'NOT_FOUND'],
      ['wrong method', 'DELETE', '/api/tasks', 405, 'METHOD_NOT_ALLOWED'],
      ['no such task', 'GET', '/api/tasks/0198b0a0-0000-7000-8000-000000000001', 404, 'TASK_NOT_FOUND'],
      ['no id', 'GET', '/api/tasks/1', 404, 'TASK_NOT_FOUND'],
      ['no such task to retry', 'POST', '/api/tasks/0198b0a0-0000-7000-8000-000000000001/retry', 404, 'TASK_NOT_FOUND'],
      ['no id to explain', 'GET', '/api/tasks/1/why', 404, 'TASK_NOT_FOUND'],
      ['unknown parameter', 'GET', '/api/tasks?colour=red', 400, 'VALIDATION_FAILED'],
      ['bad cursor', 'GET', '/api/tasks?cursor=xyz', 400, 'VALIDATION_FAILED'],
      ['bad limit', 'GET', '/api/audit?limit=0', 400, 'VALIDATION_FAILED'],
      ['bad event types', 'GET', '/api/events?types=;drop', 400, 'VALIDATION_FAILED'],
    ] as const)('%s', async (_name, method, url, status, code) => {
      const response = await app.inject({ method, url, headers: { authorization: `Bearer ${token}` } });
      expect(response.headers['content-type']).toContain('application/problem+json');
      expect(response.json()).toMatchObject({ status, code, type: `urn:baton:error:${code}`, instance: url });
      expect(response.statusCode).toBe(status);
      expect(response.json().detail.length).toBeGreaterThan(10);
    });

    test('every field that does not fit is named, unknown ones too', async () => {
      const response = await post('/api/tasks', { ...echo(), priority: 12, colour: 'red', retry: { factor: 0 } });
      expect(response.statusCode).toBe(400);
      const paths = response.json().errors.map((fault: { path: string }) => fault.path);
      expect(paths.sort()).toEqual(['colour', 'priority', 'retry.factor']);
    });

    test('a NUL character is refused by the path of its field', async () => {
      const body = '{"capability":"probe.echo","input":{"deep":[1,"a\\u0000b"]}}';
      const response = await post('/api/tasks', body, { 'content-type': 'application/json' });
      expect(response.statusCode).toBe(400);
      expect(response.json().errors[0].path).toBe('input.deep[1]');
    });

    test('JSON that is none, too deep, poisoned, or no JSON at all', async () => {
      const send = (body: string, type = 'application/json') => post('/api/tasks', body, { 'content-type': type });
      expect((await send('{"capability":')).json()).toMatchObject({ status: 400, code: 'BODY_UNREADABLE' });
      expect((await send('['.repeat(100) + ']'.repeat(100))).json()).toMatchObject({
        status: 400,
        code: 'BODY_UNREADABLE',
      });
      expect((await send('{"__proto__":{"a":1}}')).json()).toMatchObject({ status: 400 });
      expect((await send('a=1', 'application/x-www-form-urlencoded')).json()).toMatchObject({ status: 415 });
      expect((await send('[1]')).json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
      expect((await post('/api/tasks')).json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    });

    test('a body of 10 MB gets a clear 413, over a real connection too', async () => {
      const response = await fetch(`${apiUrl()}/api/tasks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(echo({ input: 'x'.repeat(10 * 1024 * 1024) })),
      });
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ code: 'BODY_TOO_LARGE' });
    });

    test('an unknown capability and an input that does not fit are 422, with the field', async () => {
      expect((await post('/api/tasks', echo({ capability: 'probe.ecoh' }))).json()).toMatchObject({
        code: 'CAPABILITY_UNKNOWN',
      });
      const misfit = await post('/api/tasks', echo({ input: { n: 'one' } }));
      expect(misfit.statusCode).toBe(422);
      expect(misfit.json().errors[0].path).toBe('input.n');
    });

    test('answers carry a request id and the headers that protect', async () => {
      const response = await get('/api/tasks', { 'x-request-id': 'mine-1' });
      expect(response.headers['x-request-id']).toBe('mine-1');
      expect(response.headers['x-content-type-options']).toBe('nosniff');
      expect(response.headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    });
  });

  describe('access', () => {
    test('nothing without a token, and a wrong one says so', async () => {
      const bare = await app.inject({ method: 'GET', url: '/api/tasks' });
      expect(bare.statusCode).toBe(401);
      expect(bare.headers['www-authenticate']).toContain('Bearer');
      expect((await get('/api/tasks', { authorization: 'Bearer nonsense' })).json()).toMatchObject({
        code: 'UNAUTHENTICATED',
      });
      const forged = `${token.slice(0, -6)}AAAAAA`;
      expect((await get('/api/tasks', { authorization: `Bearer ${forged}` })).statusCode).toBe(401);
      const [, payload] = token.split('.');
      const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
      expect((await get('/api/tasks', { authorization: `Bearer ${unsigned}` })).statusCode).toBe(401);
    });

    test('documentation, schemas and health are open', async () => {
      for (const url of ['/api/openapi.json', '/api/docs', '/api/schemas/workflow.json', '/healthz/live']) {
        expect((await app.inject({ method: 'GET', url })).statusCode).toBe(200);
      }
    });

    test('a wrong password is 401, and too many are 429 with a time to come back', async () => {
      for (let n = 0; n < 5; n++) expect((await signIn('wrong', 'ghost')).statusCode).toBe(401);
      const throttled = await signIn('wrong', 'ghost');
      expect(throttled.statusCode).toBe(429);
      expect(Number(throttled.headers['retry-after'])).toBeGreaterThan(0);
    });

    test('a credential with an unknown field is refused by name', async () => {
      const payload = { username: 'admin', password: PASSWORD, admin: true };
      const response = await app.inject({ method: 'POST', url: '/api/auth/token', payload });
      expect(response.json()).toMatchObject({
        status: 400,
        errors: [{ path: 'admin', message: 'is not a known field' }],
      });
    });

    test('refresh tokens serve once; the second use ends the family; revoking ends it too', async () => {
      const refresh = (refreshToken: string) =>
        app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refreshToken } });
      const first = (await signIn()).json().refreshToken;
      const second = (await refresh(first)).json().refreshToken;
      expect((await refresh(first)).statusCode).toBe(401);
      expect((await refresh(second)).statusCode).toBe(401);
      const other = (await signIn()).json().refreshToken;
      expect((await post('/api/auth/revoke', { refreshToken: other })).statusCode).toBe(204);
      expect((await refresh(other)).statusCode).toBe(401);
    });

    test('a second door honours tokens of the first and creates no second admin', async () => {
      const second = await startApp();
      const headers = { authorization: `Bearer ${token}` };
      expect((await second.inject({ method: 'GET', url: '/api/tasks', headers })).statusCode).toBe(200);
      await second.close();
    });
  });

  describe('tasks', () => {
    test('submitted, read, listed, explained, canceled, retried, with its history', async () => {
      const submitted = await post('/api/tasks', echo({ tags: ['a'], metadata: { who: 'spec' } }));
      expect(submitted.statusCode).toBe(201);
      const task = submitted.json();
      expect(task).toMatchObject({
        state: 'queued',
        input: { n: 1 },
        tags: ['a'],
        metadata: { who: 'spec' },
        output: null,
      });
      expect((await get(`/api/agents/tasks/${task.id}`)).json()).toEqual(task);
      expect((await get('/api/tasks?state=queued&capability=probe.echo')).json().items).toContainEqual(task);
      expect((await get(`/api/tasks/${task.id}/why`)).json()).toMatchObject({ state: 'queued' });
      const canceled = await post(`/api/tasks/${task.id}/cancel`, { reason: 'enough' });
      expect(canceled.statusCode).toBe(202);
      expect(canceled.json()).toMatchObject({ state: 'canceled' });
      expect((await post(`/api/tasks/${task.id}/retry`)).json()).toMatchObject({ state: 'queued' });
      expect((await post(`/api/tasks/${task.id}/retry`)).statusCode).toBe(409);
      const { items } = (await get(`/api/tasks/${task.id}/history`)).json();
      expect(items.map((entry: { to: string }) => entry.to)).toEqual(['queued', 'canceled', 'queued']);
      expect(items[1]).toMatchObject({ from: 'queued', actor: 'user:admin', reason: 'enough' });
    });

    test('the same idempotency key is the same task, by header or field; another input is a conflict', async () => {
      const first = await post('/api/tasks', echo(), { 'idempotency-key': 'spec-1' });
      const again = await post('/api/agents/tasks/submit', echo({ idempotencyKey: 'spec-1' }));
      expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
      expect(again.json().id).toBe(first.json().id);
      const other = await post('/api/tasks', echo({ input: { n: 2 } }), { 'idempotency-key': 'spec-1' });
      expect(other.json()).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
    });

    test('waiting ends with 202 when the time is up and 200 as soon as the task has ended', async () => {
      const late = await post('/api/tasks', echo(), { prefer: 'respond-async, wait=0' });
      expect(late.statusCode).toBe(202);
      expect(late.headers['preference-applied']).toBe('wait=0');
      const waiting = post('/api/tasks', echo(), { prefer: 'wait=20', 'idempotency-key': 'to-cancel' });
      const find = async () =>
        (await get('/api/tasks'))
          .json()
          .items.find((one: { idempotencyKey: string }) => one.idempotencyKey === 'to-cancel');
      await eventually(async () => expect(await find()).toBeDefined());
      await post(`/api/tasks/${(await find()).id}/cancel`);
      const ended = await waiting;
      expect(ended.statusCode).toBe(200);
      expect(ended.json()).toMatchObject({ state: 'canceled' });
    });

    test('a batch is all or none, and lists page through it newest first', async () => {
      const tags = ['batch'];
      const bad = await post('/api/tasks/batch', { tasks: [echo({ tags }), echo({ input: { n: 'x' } })] });
      expect(bad.json()).toMatchObject({ status: 422, errors: [{ path: 'tasks[1].input.n' }] });
      const { items } = (
        await post('/api/tasks/batch', { tasks: Array.from({ length: 25 }, () => echo({ tags })) })
      ).json();
      expect(items).toHaveLength(25);
      const seen: string[] = [];
      let next = '';
      do {
        const page = (await get(`/api/tasks?limit=10${next}`)).json();
        seen.push(...page.items.map((task: { id: string }) => task.id));
        next = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
      } while (next !== '');
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual([...seen].sort().reverse());
      for (const { id } of items) expect(seen).toContain(id);
    });

    test('a batch of more than 1 MiB is taken, single tasks are not', async () => {
      const tasks = Array.from({ length: 20 }, () => echo({ input: { text: 'x'.repeat(100_000) } }));
      expect((await post('/api/tasks/batch', { tasks })).statusCode).toBe(201);
      expect((await post('/api/tasks', tasks)).statusCode).toBe(413);
    });
  });

  describe('documentation', () => {
    test('the document is valid OpenAPI 3.1', async () => {
      const document = (await app.inject({ method: 'GET', url: '/api/openapi.json' })).json();
      const result = await new Validator().validate(document);
      expect(result).toEqual({ valid: true });
      expect(document.openapi).toMatch(/^3\.1/);
    });

    test('every route there is is in the document, with a summary, answers, and who may use it', async () => {
      const { paths } = (await app.inject({ method: 'GET', url: '/api/openapi.json' })).json();
      const documented = Object.entries<Record<string, object>>(paths).flatMap(([path, operations]) =>
        Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
      );
      const inCode = routesOf(app)
        .filter((route) => !/^(HEAD|OPTIONS)|\/api\/(docs|openapi\.json)|\*/.test(route))
        .map((route) => route.replace(/:(\w+)/g, '{$1}'));
      expect(documented.sort()).toEqual([...new Set(inCode)].sort());
      const operations = Object.values<Record<string, Documented>>(paths).flatMap((item) => Object.values(item));
      const names = operations.map((operation) => operation.operationId);
      expect(new Set(names).size).toBe(names.length);
      for (const { summary, responses, security, tags } of operations) {
        expect(summary).toBeTruthy();
        expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
        const open = tags[0] === 'health' || security === undefined || security.length === 0;
        expect('401' in responses || open).toBe(true);
      }
    });

    test('every reference leads to a schema', async () => {
      const document = (await app.inject({ method: 'GET', url: '/api/openapi.json' })).json();
      const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
        (match) => match[1] ?? '',
      );
      expect(names.length).toBeGreaterThan(50);
      for (const name of names) expect(document.components.schemas).toHaveProperty(name);
    });

    test('what is answered is what the document says', async () => {
      const document = (await app.inject({ method: 'GET', url: '/api/openapi.json' })).json();
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      void ajv.addSchema(document, 'openapi');
      const fits = (name: string, value: unknown) => {
        const validate = ajv.getSchema(`openapi#/components/schemas/${name}`);
        void validate?.(value);
        expect({ name, errors: validate?.errors }).toEqual({ name, errors: null });
      };
      const task = (await post('/api/tasks', echo())).json();
      fits('Task', task);
      fits('History', (await get(`/api/tasks/${task.id}/history`)).json());
      fits('Why', (await get(`/api/tasks/${task.id}/why`)).json());
      fits('TaskPage', (await get('/api/tasks')).json());
      fits('AuditPage', (await get('/api/audit')).json());
      fits('MeshStatus', (await get('/api/system/status')).json());
      fits('MeshFigures', (await get('/api/agents/metrics')).json());
      fits('WorkflowPage', (await get('/api/workflows')).json());
      fits('Health', (await get('/healthz')).json());
      fits('Problem', (await get('/api/nothing')).json());
      fits('TokenGrant', (await signIn()).json());
    });
  });

  describe('workflows', () => {
    const steps = [
      { id: 'first', capability: 'probe.echo', input: { n: 1 } },
      { id: 'second', capability: 'probe.echo', needs: ['first'] },
    ];
    const definition = { name: 'two-steps', steps };

    test('created as JSON, as a bare document and as YAML; shown, listed, started', async () => {
      const yaml = 'name: from-yaml\nsteps:\n  - id: only\n    capability: probe.echo\n';
      const created = [
        await post('/api/workflows', { name: 'mine', definition, input: { a: 1 } }),
        await post('/api/agents/workflows/create', definition),
        await post('/api/workflows', yaml, { 'content-type': 'application/yaml' }),
      ];
      expect(created.map((one) => [one.statusCode, one.json().name])).toEqual([
        [201, 'mine'],
        [201, 'two-steps'],
        [201, 'from-yaml'],
      ]);
      const { id } = (created[0] as (typeof created)[number]).json();
      const shown = (await get(`/api/agents/workflows/${id}`)).json();
      expect(shown).toMatchObject({ id, state: 'created', progress: { total: 2 }, input: { a: 1 } });
      const list = (await get('/api/agents/workflows/list?limit=2')).json();
      expect(list.items.map((one: { name: string }) => one.name)).toEqual(['from-yaml', 'two-steps']);
      const rest = (await get(`/api/workflows?cursor=${list.nextCursor}`)).json();
      expect(rest.items.map((one: { id: string }) => one.id)).toEqual([id]);
      const started = await post(`/api/workflows/${id}/start`);
      expect(started.statusCode).toBe(202);
      expect((await get(`/api/workflows/${id}/results`)).json()).toMatchObject({ id, attempts: 0 });
      expect((await get(`/api/workflows/${id}/history`)).json().items[0]).toMatchObject({
        to: 'created',
        actor: 'user:admin',
      });
    });

    test('a cycle, an unknown step and an unknown capability are named, all at once', async () => {
      const faulty = [
        { id: 'a', capability: 'probe.echo', needs: ['b'] },
        { id: 'b', capability: 'probe.echo', needs: ['a'] },
        { id: 'c', capability: 'probe.nothing', needs: ['nowhere'] },
      ];
      const response = await post('/api/workflows', { definition: { name: 'faulty', steps: faulty } });
      expect(response.json()).toMatchObject({ status: 422, code: 'WORKFLOW_INVALID' });
      expect(response.json().errors.length).toBeGreaterThanOrEqual(2);
    });

    test('what does not fit the body, YAML that is none, ids that are none', async () => {
      const misfit = (await post('/api/workflows', { definition, start: 'yes', colour: 1 })).json();
      expect(misfit.errors.map((fault: { path: string }) => fault.path).sort()).toEqual(['colour', 'start']);
      const broken = await post('/api/workflows', 'steps: [', { 'content-type': 'application/yaml' });
      expect(broken.json()).toMatchObject({ status: 400, code: 'BODY_UNREADABLE' });
      expect((await get('/api/workflows/none')).json()).toMatchObject({ status: 404, code: 'WORKFLOW_NOT_FOUND' });
      expect((await post('/api/workflows/none/pause')).statusCode).toBe(404);
      const bomb = `a: &a [x,x]\nb: &b [${'*a,'.repeat(200)}*a]\nsteps: [${'*b,'.repeat(200)}*b]\n`;
      expect((await post('/api/workflows', bomb, { 'content-type': 'text/yaml' })).statusCode).toBe(400);
    });
  });

  describe('agents', () => {
    test('are listed and found; nobody to start one on is a clear 503', async () => {
      expect((await get('/api/agents?family=probe&tags=a,b')).json()).toEqual({ items: [], nextCursor: null });
      expect((await get('/api/agents/list?present=false')).statusCode).toBe(200);
      expect((await get('/api/agents/none')).json()).toMatchObject({ status: 404, code: 'AGENT_NOT_FOUND' });
      const refused = await post('/api/agents', { family: 'probe' });
      expect(refused.json()).toMatchObject({ status: 503, code: 'NO_HOST' });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    });

    test('a body that does not fit is refused by field', async () => {
      const { errors } = (await post('/api/agents/create', { name: 'Bad Name', env: { A: 1 }, size: 2 })).json();
      expect(errors.map((fault: { path: string }) => fault.path).sort()).toEqual(['env', 'family', 'name', 'size']);
    });
  });

  describe('audit', () => {
    test('lists newest first and pages, with filters', async () => {
      const page = (await get('/api/audit?limit=3')).json();
      expect(page.items).toHaveLength(3);
      const next = (await get(`/api/audit?limit=3&cursor=${page.nextCursor}`)).json();
      expect(next.items[0].at <= page.items[2].at).toBe(true);
      const users = (await get('/api/audit?subject=user&limit=100')).json().items;
      expect(users.map((entry: { to: string }) => entry.to)).toEqual(
        expect.arrayContaining(['created', 'signed-in', 'revoked']),
      );
    });

    test('exports everything, oldest first, as NDJSON and CSV', async () => {
      const ndjson = await get('/api/audit?format=ndjson');
      const lines = ndjson.body
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(ndjson.headers['content-type']).toContain('application/x-ndjson');
      const all = (await get('/api/audit?limit=500')).json().items;
      expect(lines.length).toBeGreaterThanOrEqual(all.length);
      expect(lines.slice(-all.length).reverse()[0]).toEqual(all[0]);
      const csv = await get('/api/audit?format=csv&subject=user');
      expect(csv.body.split('\r\n')[0]).toBe('at,subject,subjectId,seq,from,to,attempt,agentId,actor,reason,details');
    });
  });

  describe('system', () => {
    test('the status shows brain, broker, agents and tasks', async () => {
      const status = (await get('/api/agents/status')).json();
      expect(status).toMatchObject({
        phase: 'init',
        version: '1.2.3',
        brain: { held: false },
        broker: { connected: true },
      });
      expect(status.tasks.queued).toBeGreaterThan(0);
      expect((await post('/api/agents/initialize')).statusCode).toBe(200);
      const figures = (await get('/api/agents/metrics')).json();
      expect(figures.capabilities[0]).toMatchObject({ capability: 'probe.echo', successRate: null });
    });

    test('shutting down is for admins, audited, and reaches the owner of the processes', async () => {
      expect((await post('/api/agents/shutdown', { mode: 'later' })).statusCode).toBe(400);
      expect((await post('/api/agents/shutdown', { mode: 'immediate' })).statusCode).toBe(202);
      expect(shutdowns).toEqual(['immediate by user:admin']);
      const { items } = (await get('/api/audit?subject=mesh')).json();
      expect(items[0]).toMatchObject({ to: 'shutdown', actor: 'user:admin' });
    });

    test('health names what is down: nobody is the brain here', async () => {
      const response = await app.inject({ method: 'GET', url: '/healthz' });
      expect(response.statusCode).toBe(503);
      const { info, error } = response.json();
      expect(Object.keys(info).sort()).toEqual(['broker', 'criticalAgents', 'database']);
      expect(error.brain.message).toContain('no orchestrator holds the lease');
      await database.run({ name: 'hold', text: "update leases set epoch = 1, expires_at = now() + interval '1 hour'" });
      expect((await app.inject({ method: 'GET', url: '/healthz/ready' })).statusCode).toBe(200);
    });

    test('health and metrics have ports of their own', async () => {
      const { health, metrics } = app.get(OpsServers).ports;
      expect((await fetch(`http://127.0.0.1:${health}/healthz`)).status).toBe(200);
      const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
      expect(text).toMatch(/baton_queue_depth\{capability="probe.echo",app="orchestrator"\} \d+/);
      expect(text).toMatch(/baton_http_request_seconds_count\{[^}]*route="\/api\/tasks",status="201"\} \d+/);
      expect(text).toContain('baton_lease_epoch{app="orchestrator"} 1');
    });
  });

  describe('events', () => {
    interface Seen {
      readonly id: number;
      readonly data: { type: string; id: string; to: string; code?: string };
    }
    function readBlock(block: string): Seen[] {
      const id = /^id: (\d+)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      return id === undefined || data === undefined ? [] : [{ id: Number(id), data: JSON.parse(data) }];
    }
    /** Follows until `count` events came, then hangs up. */
    async function follow(path: string, count: number, lastEventId?: number): Promise<Seen[]> {
      const gone = new AbortController();
      const headers: Record<string, string> = { authorization: `Bearer ${token}` };
      if (lastEventId !== undefined) headers['last-event-id'] = String(lastEventId);
      const response = await fetch(`${apiUrl()}${path}`, { headers, signal: gone.signal });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      const seen: Seen[] = [];
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        seen.push(...blocks.flatMap(readBlock));
        if (seen.length >= count) break;
      }
      gone.abort();
      return seen;
    }

    test('a transition arrives at once, and Last-Event-ID goes on without a gap', async () => {
      const live = follow('/api/events?types=task.queued,task.canceled', 6);
      const stop = new AbortController();
      const submitting = (async () => {
        while (!stop.signal.aborted) await post('/api/tasks', echo());
      })();
      const first = (await live).slice(0, 6);
      stop.abort();
      await submitting;
      expect(first.map((event) => event.data.type)).toEqual(Array(6).fill('task.queued'));
      const rising = first.map((event) => event.id);
      expect(rising).toEqual([...rising].sort((a, b) => a - b));
      const again = await follow('/api/events?types=task.queued', 3, rising[2]);
      expect(again.map((event) => event.id).slice(0, 3)).toEqual(rising.slice(3, 6));
    });
  });
});
