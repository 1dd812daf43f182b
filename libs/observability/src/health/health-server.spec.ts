import { createLogger } from '../logger';
import { type HealthCheck } from './health-check';
import { type SmallServer, startHealthServer } from './health-server';

describe('health server', () => {
  let broken = false;
  let server: SmallServer;
  const checks: HealthCheck[] = [
    { name: 'database', check: () => Promise.resolve({ version: 18 }) },
    { name: 'broker', check: () => (broken ? Promise.reject(new Error('no connection')) : Promise.resolve()) },
  ];
  beforeAll(async () => {
    server = await startHealthServer({ port: 0, checks, logger: createLogger('health-spec', 'silent') });
  });
  afterAll(() => server.close());

  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  test('all is up: 200 ok, with the facts of each', async () => {
    broken = false;
    const { status, body } = await get('/healthz');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'ok',
      info: { database: { status: 'up', version: 18 }, broker: { status: 'up' } },
    });
  });

  test('one is down: 503 naming it and why, and alive all the same', async () => {
    broken = true;
    for (const path of ['/healthz', '/healthz/ready']) {
      const { status, body } = await get(path);
      expect(status).toBe(503);
      expect(body).toMatchObject({ status: 'error', error: { broker: { status: 'down', message: 'no connection' } } });
    }
    expect((await get('/healthz/live')).status).toBe(200);
  });

  test('a port in use is said by the name of its variable', async () => {
    const { port } = server;
    const second = startHealthServer({ port, checks, logger: createLogger('health-spec', 'silent') });
    await expect(second).rejects.toThrow(`HEALTH_PORT: port ${port} is in use`);
  });
});
