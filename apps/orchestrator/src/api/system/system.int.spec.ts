import { OpsServers } from '../../ops/ops-servers';
import { echo, specDoor } from '../../../test/spec-door';

describe('audit, status, health and metrics', () => {
  const door = specDoor();

  beforeAll(async () => {
    for (let n = 0; n < 8; n++) await door.post('/api/tasks', echo());
    const { refreshToken } = (await door.signIn()).json<{ refreshToken: string }>();
    await door.post('/api/auth/revoke', { refreshToken });
  });

  describe('audit', () => {
    test('lists newest first and pages, with filters', async () => {
      const page = (await door.get('/api/audit?limit=3')).json();
      expect(page.items).toHaveLength(3);
      const next = (await door.get(`/api/audit?limit=3&cursor=${page.nextCursor}`)).json();
      expect(next.items[0].at <= page.items[2].at).toBe(true);
      const users = (await door.get('/api/audit?subject=user&limit=100')).json().items;
      expect(users.map((entry: { to: string }) => entry.to)).toEqual(
        expect.arrayContaining(['created', 'signed-in', 'revoked']),
      );
    });

    test('exports everything, oldest first, as NDJSON and CSV', async () => {
      const ndjson = await door.get('/api/audit?format=ndjson');
      const lines = ndjson.body
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(ndjson.headers['content-type']).toContain('application/x-ndjson');
      const all = (await door.get('/api/audit?limit=500')).json().items;
      expect(lines.length).toBeGreaterThanOrEqual(all.length);
      expect(lines.slice(-all.length).reverse()[0]).toEqual(all[0]);
      const csv = await door.get('/api/audit?format=csv&subject=user');
      expect(csv.body.split('\r\n')[0]).toBe('at,subject,subjectId,seq,from,to,attempt,agentId,actor,reason,details');
    });
  });

  describe('system', () => {
    test('the status shows brain, broker, agents and tasks', async () => {
      const status = (await door.get('/api/agents/status')).json();
      expect(status).toMatchObject({
        phase: 'init',
        version: '1.2.3',
        brain: { held: false },
        broker: { connected: true },
      });
      expect(status.tasks.queued).toBeGreaterThan(0);
      expect((await door.post('/api/agents/initialize')).statusCode).toBe(200);
      const figures = (await door.get('/api/agents/metrics')).json();
      expect(figures.capabilities[0]).toMatchObject({ capability: 'probe.echo', successRate: null });
    });

    test('shutting down is for admins, audited, and reaches the owner of the processes', async () => {
      expect((await door.post('/api/agents/shutdown', { mode: 'later' })).statusCode).toBe(400);
      expect((await door.post('/api/agents/shutdown', { mode: 'immediate' })).statusCode).toBe(202);
      expect(door.shutdowns).toEqual(['immediate by user:admin']);
      const { items } = (await door.get('/api/audit?subject=mesh')).json();
      expect(items[0]).toMatchObject({ to: 'shutdown', actor: 'user:admin' });
    });

    test('health names what is down: nobody is the brain here', async () => {
      const response = await door.app.inject({ method: 'GET', url: '/healthz' });
      expect(response.statusCode).toBe(503);
      const { info, error } = response.json();
      expect(Object.keys(info).sort()).toEqual(['broker', 'criticalAgents', 'database']);
      expect(error.brain.message).toContain('no orchestrator holds the lease');
      await door.database.run({
        name: 'hold',
        text: "update leases set epoch = 1, expires_at = now() + interval '1 hour'",
      });
      expect((await door.app.inject({ method: 'GET', url: '/healthz/ready' })).statusCode).toBe(200);
    });

    test('health and metrics have ports of their own', async () => {
      const { health, metrics } = door.app.get(OpsServers).ports;
      expect((await fetch(`http://127.0.0.1:${health}/healthz`)).status).toBe(200);
      const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
      expect(text).toMatch(/baton_queue_depth\{capability="probe.echo",app="orchestrator"\} \d+/);
      expect(text).toMatch(/baton_http_request_seconds_count\{[^}]*route="\/api\/tasks",status="201"\} \d+/);
      expect(text).toContain('baton_lease_epoch{app="orchestrator"} 1');
    });
  });
});
