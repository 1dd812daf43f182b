import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type AccessTokens } from '../../auth/access-tokens';
import { bearerToken } from '../../auth/bearer-token';
import { type BodyRoom } from '../../intake/body-room';
import { OverloadedError } from '../../intake/intake-errors';
import { CappedBody } from './capped-body';
import { tooLarge } from './request-errors';

const KiB = 1024;
const MiB = 1024 * KiB;

/** Bytes of a request body (I8). */
export const bodyLimits = { single: MiB, batch: 16 * MiB } as const;

const largeRoutes: ReadonlySet<string> = new Set(['/api/tasks/batch']);

/** Strangers may send this much before they have said who they are: a password, not megabytes. */
const STRANGERS_LIMIT = 64 * KiB;
/** What is refused but not absurd is read and thrown away, so that the client gets to see the answer. */
const DRAIN_LIMIT = 64 * MiB;
const DRAIN_MS = 10_000;
const MOST_CONNECTIONS = 10_000;

export interface BodyGuards {
  readonly room: BodyRoom;
  readonly tokens: Pick<AccessTokens, 'verified' | 'verify'>;
}

/**
 * Bounds what bodies take (I8), before they are read: each by its route, those of strangers by less, all that are under
 * way together by the room there is. Gives the batch route its own limit.
 */
export function limitBodies(fastify: FastifyInstance, { room, tokens }: BodyGuards): void {
  fastify.server.maxConnections = MOST_CONNECTIONS;
  fastify.addHook('onRoute', (route) => {
    if (largeRoutes.has(route.url)) route.bodyLimit = bodyLimits.batch;
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const length = lengthOf(request);
    if (length === 0) return done();
    if (length <= STRANGERS_LIMIT && room.take(length)) return done(holdBody(request, reply, () => room.give(length)));
    admit(request, reply, { room, tokens }).then(() => done(), done);
  });
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (request.headers['transfer-encoding'] === undefined) return done(null, payload);
    const capped = new CappedBody(limitOf(request), DRAIN_LIMIT, room);
    holdBody(request, reply, () => capped.giveBack());
    done(null, payload.pipe(capped));
  });
}

const held = new WeakMap<FastifyRequest, () => void>();

/** The body is not needed any more: what it took is free for others, however long the answer takes. */
export function releaseBody(request: FastifyRequest): void {
  request.body = undefined;
  held.get(request)?.();
  held.delete(request);
}

function holdBody(request: FastifyRequest, reply: FastifyReply, giveBack: () => void): undefined {
  held.set(request, giveBack);
  reply.raw.once('close', () => releaseBody(request));
}

/** Large ones, those of unknown length, and those there is no room for. */
async function admit(request: FastifyRequest, reply: FastifyReply, { room, tokens }: BodyGuards): Promise<void> {
  const length = lengthOf(request);
  const limit = limitOf(request);
  if (length > limit && length !== Infinity) await refuse(request, tooLarge(`has ${length} bytes`, limit));
  if (length > STRANGERS_LIMIT) await refuseStrangers(request, tokens);
  if (length === Infinity) return;
  if (!room.take(length))
    await refuse(request, new OverloadedError('As many bytes as may wait are waiting to be stored'));
  holdBody(request, reply, () => room.give(length));
}

async function refuseStrangers(request: FastifyRequest, tokens: BodyGuards['tokens']): Promise<void> {
  try {
    const token = bearerToken(request.headers.authorization);
    if (!tokens.verified(token)) await tokens.verify(token);
  } catch (error) {
    await refuse(request, error as Error);
  }
}

async function refuse(request: FastifyRequest, error: Error): Promise<never> {
  const length = lengthOf(request);
  if (length <= DRAIN_LIMIT || length === Infinity) await drain(request);
  throw error;
}

/** Infinity: it does not say. */
function lengthOf({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return Infinity;
  return Number(headers['content-length'] ?? 0);
}

function limitOf(request: FastifyRequest): number {
  return request.routeOptions.bodyLimit ?? bodyLimits.single;
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
