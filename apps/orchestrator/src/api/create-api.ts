import { randomUUID } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Logger, nestLogger } from '@baton/observability';
import { type FastifyInstance } from 'fastify';
import { type Registry } from 'prom-client';
import { AccessTokens } from '../auth/access-tokens';
import { BodyRoom } from '../intake/body-room';
import { serveDocs } from '../openapi/serve-docs';
import { measureHttp } from '../ops/http-metrics';
import { bodyLimits, limitBodies } from './http/body-limits';
import { parseBodies } from './http/body-parsers';
import { answerBadUrl, answerClientError } from './http/framework-errors';
import { KnownRoutes } from './http/known-routes';
import { ProblemFilter } from './http/problem.filter';
import { sendSecurityHeaders } from './http/security-headers';

export interface ApiOptions {
  readonly logger: Logger;
  /** Shown in the OpenAPI document. */
  readonly version: string;
  readonly registry: Registry;
}

/** A request id a client sent is kept when it looks like one. */
const REQUEST_ID = /^[\w.:-]{1,100}$/;

/** The HTTP side of an orchestrator around its root module. The caller listens and closes. */
export async function createApi(root: DynamicModule | Type, options: ApiOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimits.single,
    forceCloseConnections: 'idle',
    requestTimeout: 60_000,
    frameworkErrors: answerBadUrl,
    clientErrorHandler: answerClientError,
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  const routes = new KnownRoutes();
  routes.watch(fastify);
  parseBodies(fastify);
  measureHttp(fastify, options.registry);
  sendSecurityHeaders(fastify);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: nestLogger(options.logger),
    abortOnError: false,
    bodyParser: false,
  });
  limitBodies(fastify, {
    room: app.get(BodyRoom, { strict: false }),
    tokens: app.get(AccessTokens, { strict: false }),
  });
  app.useGlobalFilters(new ProblemFilter(options.logger, routes));
  serveDocs(app, options.version);
  routesByApp.set(app, routes);
  return app;
}

const routesByApp = new WeakMap<NestFastifyApplication, KnownRoutes>();

/** Every route of an application made here: `GET /api/tasks/:id`. */
export function routesOf(app: NestFastifyApplication): string[] {
  return routesByApp.get(app)?.all() ?? [];
}
