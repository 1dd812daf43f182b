import { joinChannel } from '@baton/persistence';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020';
import { routesOf } from '../api/create-api';
import { echo, specDoor } from '../../test/spec-door';

interface Documented {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: string[];
  readonly responses: Record<string, object>;
  readonly security?: object[];
}
describe('documentation', () => {
  const door = specDoor();

  test('the document is valid OpenAPI 3.1', async () => {
    const document = (await door.app.inject({ method: 'GET', url: '/api/openapi.json' })).json();
    const result = await new Validator().validate(document);
    expect(result).toEqual({ valid: true });
    expect(document.openapi).toMatch(/^3\.1/);
  });

  test('every route there is is in the document, with a summary, answers, and who may use it', async () => {
    const { paths } = (await door.app.inject({ method: 'GET', url: '/api/openapi.json' })).json();
    const documented = Object.entries<Record<string, object>>(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const inCode = routesOf(door.app)
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
    const document = (await door.app.inject({ method: 'GET', url: '/api/openapi.json' })).json();
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      (match) => match[1] ?? '',
    );
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) expect(document.components.schemas).toHaveProperty(name);
  });

  test('what is answered is what the document says', async () => {
    const document = (await door.app.inject({ method: 'GET', url: '/api/openapi.json' })).json();
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    void ajv.addSchema(document, 'openapi');
    const fits = (name: string, value: unknown) => {
      const validate = ajv.getSchema(`openapi#/components/schemas/${name}`);
      void validate?.(value);
      expect({ name, errors: validate?.errors }).toEqual({ name, errors: null });
    };
    const task = (await door.post('/api/tasks', echo())).json();
    fits('Task', task);
    fits('History', (await door.get(`/api/tasks/${task.id}/history`)).json());
    fits('Why', (await door.get(`/api/tasks/${task.id}/why`)).json());
    fits('TaskPage', (await door.get('/api/tasks')).json());
    fits('AuditPage', (await door.get('/api/audit')).json());
    fits('MeshStatus', (await door.get('/api/system/status')).json());
    fits('MeshFigures', (await door.get('/api/agents/metrics')).json());
    fits('WorkflowPage', (await door.get('/api/workflows')).json());
    const event = { pattern: 'publish-subscribe', topic: 'spec.openapi', type: 'com.example.spec', data: 1 };
    fits('MessageOutcome', (await door.post('/api/messages', event)).json());
    fits('DeadLetterPage', (await door.get('/api/dead-letters')).json());
    fits('DeadLettersPurged', (await door.post('/api/dead-letters/purge', { filter: {} })).json());
    fits('DeadLetterReplays', (await door.post('/api/dead-letters/replay', { filter: {} })).json());
    await joinChannel(door.database, { channel: 'c', member: 'm', durable: true, create: true }, 'spec');
    fits('Channel', (await door.get('/api/channels/c')).json());
    fits('ChannelPage', (await door.get('/api/channels')).json());
    fits('ChannelMemberPage', (await door.get('/api/channels/c/members')).json());
    fits('MailboxPage', (await door.get('/api/mailboxes')).json());
    fits('Health', (await door.get('/healthz')).json());
    fits('Problem', (await door.get('/api/nothing')).json());
    fits('TokenGrant', (await door.signIn()).json());
  });
});
