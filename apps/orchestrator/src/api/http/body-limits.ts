import { Transform } from 'node:stream';
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
    throw tooLarge(`has ${length} bytes`, limit);
  });
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.headers['content-length'] !== undefined) return done(null, payload);
    done(null, payload.pipe(new CappedBody(request.routeOptions.bodyLimit ?? bodyLimits.single)));
  });
}

/** A body that does not say its length: what is over the limit is swallowed, so that the client gets to see the answer. */
class CappedBody extends Transform {
  private received = 0;

  constructor(private readonly limit: number) {
    super();
  }

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error: Error | null, data?: Buffer) => void,
  ): void {
    this.received += chunk.length;
    if (this.received <= this.limit) return done(null, chunk);
    done(this.received > DRAIN_LIMIT ? this.refusal() : null);
  }

  override _flush(done: (error: Error | null) => void): void {
    done(this.received > this.limit ? this.refusal() : null);
  }

  private refusal(): RequestRefusedError {
    return tooLarge(`has more than ${this.limit} bytes`, this.limit);
  }
}

function tooLarge(what: string, limit: number): RequestRefusedError {
  const advice = 'Store large data elsewhere and pass a reference, or send tasks in smaller batches.';
  return new RequestRefusedError('BODY_TOO_LARGE', `The body ${what}; at most ${limit} are taken. ${advice}`);
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
