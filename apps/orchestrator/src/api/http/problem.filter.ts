import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type Logger } from '@baton/observability';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type KnownRoutes } from './known-routes';
import { problemOf } from './problem-of';
import { RequestRefusedError } from './request-errors';

/** Answers every error of the API as problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly routes: KnownRoutes,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = request.is404 ? this.noRoute(request, reply) : thrown;
    const { problem, retryAfterSeconds, unexpected } = problemOf(error, request.url);
    if (unexpected) {
      const facts = { event: 'http.failed', requestId: request.id, method: request.method, url: request.url };
      this.logger.error({ ...facts, err: error }, 'request failed');
    }
    if (reply.sent || reply.raw.headersSent) return void reply.raw.destroy();
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="baton"');
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', Math.ceil(retryAfterSeconds));
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(JSON.stringify(problem));
  }

  private noRoute({ method, url }: FastifyRequest, reply: FastifyReply): RequestRefusedError {
    const methods = this.routes.methodsOf(url);
    if (methods.length === 0) {
      const message = `There is no ${method} ${url}. GET /api/openapi.json lists every route.`;
      return new RequestRefusedError('NOT_FOUND', message);
    }
    void reply.header('allow', methods.join(', '));
    return new RequestRefusedError(
      'METHOD_NOT_ALLOWED',
      `${method} is not for this path. It takes ${methods.join(', ')}.`,
    );
  }
}
