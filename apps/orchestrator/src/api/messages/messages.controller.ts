import { Controller, Post, Req, Res } from '@nestjs/common';
import { ValidationError } from '@baton/contracts';
import { type FastifyReply } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { Roles } from '../../auth/access.decorator';
import { type SignedInRequest } from '../../auth/principal';
import { Describe } from '../../openapi/describe.decorator';
import { type Letterhead, MessageDesk } from './message-desk';
import { readMessageBody } from './message-body';
import { isOpen, type MessageOutcome } from './message-outcome';

const KEY = /^[\x21-\x7e]{1,200}$/;
const TRACE = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

@Controller('api/messages')
@Roles('operator', 'agent')
export class MessagesController {
  constructor(private readonly desk: MessageDesk) {}

  @Describe({
    summary: 'Send a message by any pattern',
    description:
      'Answers what became of it: 200 when every recipient has said so or its mailbox has it, 202 when some have not ' +
      '(yet). Nobody there: 502 for direct, multicast and request-response, outcome `unheard` for the others',
    tag: 'messages',
    body: 'Message',
    headers: {
      'Idempotency-Key':
        'Becomes the id of the event. Recipients handle an id of one sender once, within their window: the same key ' +
        'again is safe, and is answered handled again.',
    },
    ok: { 200: 'MessageOutcome', 202: 'MessageOutcome' },
    errors: [400, 404, 409, 413, 415, 422, 429, 502, 504],
  })
  @Post()
  async send(
    @Req() request: SignedInRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MessageOutcome> {
    const outcome = await this.desk.send(readMessageBody(request.body), letterheadOf(request));
    void reply.status(isOpen(outcome) ? 202 : 200);
    return outcome;
  }
}

function letterheadOf({ principal, headers }: SignedInRequest): Letterhead {
  const { traceparent } = headers;
  return {
    source: `/users/${encodeURIComponent(principal.name)}`,
    id: idOf(headers['idempotency-key']),
    traceparent: typeof traceparent === 'string' && TRACE.test(traceparent) ? traceparent : undefined,
  };
}

function idOf(header: string | string[] | undefined): string {
  if (header === undefined) return uuidv7();
  const key = String(header).replace(/^"(.*)"$/, '$1');
  if (KEY.test(key)) return key;
  const message = 'must be 1 to 200 visible ASCII characters';
  throw new ValidationError([{ path: 'Idempotency-Key', message }]);
}
