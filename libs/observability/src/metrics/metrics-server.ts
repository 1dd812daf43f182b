import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Registry } from 'prom-client';
import { type SmallServer } from '../health/health-server';
import { listenError } from '../listen-error';
import { type Logger } from '../logger';

export interface MetricsServerOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly address?: string;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** A small listener of its own for GET /metrics (Prometheus text). Throws ConfigurationError. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<SmallServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('GET /metrics\n');
    } else void answer(options, response);
  });
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void => reject(listenError('METRICS_PORT', options.port, error));
    server.once('error', failed).listen(options.port, options.address ?? '127.0.0.1', () => resolve());
  });
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { port: (server.address() as AddressInfo).port, close };
}

async function answer({ registry, logger }: MetricsServerOptions, response: ServerResponse): Promise<void> {
  try {
    const text = await registry.metrics();
    response.writeHead(200, { 'content-type': registry.contentType }).end(text);
  } catch (error) {
    logger.warn({ event: 'metrics.failed', err: error }, 'the metrics could not be collected');
    response.writeHead(503, { 'content-type': 'text/plain' }).end('The metrics could not be collected; see the log.\n');
  }
}
