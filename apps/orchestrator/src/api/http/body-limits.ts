import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { RequestRefusedError } from './request-errors';

const MiB = 1024 * 1024;

/** Bytes of a request body (I8). */
export const bodyLimits = { single: MiB, batch: 16 * MiB } as const;

const largeRoutes: ReadonlySet<string> = new Set(['/api/tasks/batch']);

/** What is too large but not absurd is read and thrown away, so that the client gets to see the answer. */
const DRAIN_LIMIT = 64 * MiB;
const DRAIN_MS = 10_000;

/** Refuses bodies that say they are too large before they are read; gives the batch route its own limit. */
export function limitBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (largeRoutes.has(route.url)) route.bodyLimit = bodyLimits.batch;
  });
  fastify.addHook('onRequest', async (request) => {
    const limit = request.routeOptions.bodyLimit ?? bodyLimits.single;
    const length = Number(request.headers['content-length'] ?? 0);
    if (!(length > limit)) return;
    if (length <= DRAIN_LIMIT) await drain(request);
    throw tooLarge(length, limit);
  });
}

function tooLarge(length: number, limit: number): RequestRefusedError {
  const advice = 'Store large data elsewhere and pass a reference, or send tasks in smaller batches.';
  return new RequestRefusedError(
    'BODY_TOO_LARGE',
    `The body has ${length} bytes; at most ${limit} are taken. ${advice}`,
  );
}

function drain(request: FastifyRequest): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.raw.once('end', done).once('close', done).once('error', done).resume();
  });
}
