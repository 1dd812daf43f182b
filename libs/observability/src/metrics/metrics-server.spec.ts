import { Gauge } from 'prom-client';
import { createLogger } from '../logger';
import { startMetricsServer } from './metrics-server';
import { createMetricsRegistry } from './process-metrics';

const logger = createLogger('metrics-spec', 'silent');

test('GET /metrics answers Prometheus text with the process figures; anything else is 404', async () => {
  const registry = createMetricsRegistry('spec');
  const server = await startMetricsServer({ port: 0, registry, logger });
  const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain');
  expect(await response.text()).toMatch(/process_resident_memory_bytes\{app="spec"\} \d+/);
  expect((await fetch(`http://127.0.0.1:${server.port}/other`)).status).toBe(404);
  await server.close();
});

test('a gauge that cannot be collected is a 503, not a crash', async () => {
  const registry = createMetricsRegistry('spec');
  const collect = (): Promise<void> => Promise.reject(new Error('database away'));
  registry.registerMetric(new Gauge({ name: 'broken', help: 'broken', registers: [], collect }));
  const server = await startMetricsServer({ port: 0, registry, logger });
  expect((await fetch(`http://127.0.0.1:${server.port}/metrics`)).status).toBe(503);
  await server.close();
});

test('a port in use is said by the name of its variable', async () => {
  const registry = createMetricsRegistry('spec');
  const server = await startMetricsServer({ port: 0, registry, logger });
  const { port } = server;
  await expect(startMetricsServer({ port, registry, logger })).rejects.toThrow(`METRICS_PORT: port ${port} is in use`);
  await server.close();
});
