import { STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { problemOf } from './problem-of';
import { RequestRefusedError } from './request-errors';

/** Errors before there is a route: an address that cannot be decoded. */
export function answerBadUrl(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const error = new RequestRefusedError(
    'BODY_UNREADABLE',
    'The path of the URL cannot be decoded: percent-encode UTF-8.',
  );
  const { problem } = problemOf(error, request.url);
  void reply.status(problem.status).header('content-type', 'application/problem+json').send(JSON.stringify(problem));
}

const statusOf: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** Errors before there is a request: what came is no HTTP, came too slowly, or has too large a head. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = statusOf[error.code ?? ''] ?? 400;
  const title = STATUS_CODES[status] ?? 'Bad Request';
  const detail = `The request could not be read as HTTP: ${error.message}.`;
  const body = JSON.stringify({
    type: 'urn:baton:error:BODY_UNREADABLE',
    title,
    status,
    detail,
    code: 'BODY_UNREADABLE',
  });
  const head = [`HTTP/1.1 ${status} ${title}`, 'Content-Type: application/problem+json', 'Connection: close'];
  socket.end([...head, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'));
}
