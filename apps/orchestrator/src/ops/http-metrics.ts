import { type FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

/** How long requests take, by route (never by address: that would be endless). Streams are not counted. */
export function measureHttp(fastify: FastifyInstance, registry: Registry): void {
  const durations = new Histogram({
    name: 'baton_http_request_seconds',
    help: 'Duration of HTTP requests.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10, 60],
    registers: [registry],
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}
