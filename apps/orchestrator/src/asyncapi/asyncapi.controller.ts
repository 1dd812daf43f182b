import { createHash } from 'node:crypto';
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import { asyncApiDocument, brokerAddress, durableQueueTypeOf } from '@baton/bus';
import { type FastifyReply } from 'fastify';
import { Open } from '../auth/access.decorator';
import { type OrchestratorConfig } from '../config';
import { Describe } from '../openapi/describe.decorator';
import { CONFIG } from '../tokens';
import { VERSION } from '../version';

/** What travels over RabbitMQ, beside the OpenAPI document of what travels over HTTP. */
@Controller('api/asyncapi.json')
@Open()
export class AsyncApiController {
  private readonly text: string;
  private readonly tag: string;

  constructor(@Inject(CONFIG) config: OrchestratorConfig) {
    const durableQueueType = durableQueueTypeOf(brokerAddress(config));
    this.text = JSON.stringify(asyncApiDocument({ version: VERSION, durableQueueType }));
    this.tag = `"${createHash('sha256').update(this.text).digest('base64url')}"`;
  }

  @Describe({
    summary: 'AsyncAPI 3 document of the messages over RabbitMQ',
    tag: 'documentation',
    headers: { 'If-None-Match': 'The ETag of the document you have; 304 when it is still this one' },
    ok: { 200: { content: ['application/json'], description: 'The document' }, 304: undefined },
  })
  @Get()
  @Open()
  document(@Headers('if-none-match') known: string | undefined, @Res() reply: FastifyReply): void {
    void reply.header('etag', this.tag).header('cache-control', 'no-cache');
    if (known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === this.tag)) void reply.code(304).send();
    else void reply.type('application/json; charset=utf-8').send(this.text);
  }
}
