import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type Logger } from '@baton/observability';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { problemOf } from './problem-of';

/** Answers every error of the API as problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { problem, retryAfterSeconds, unexpected } = problemOf(error, request.url);
    const facts = { event: 'http.failed', requestId: request.id, code: problem.code, method: request.method };
    if (unexpected) this.logger.error({ ...facts, url: request.url, err: error }, 'request failed');
    if (reply.sent || reply.raw.headersSent) return void reply.raw.destroy();
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="baton"');
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', Math.ceil(retryAfterSeconds));
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(JSON.stringify(problem));
  }
}
