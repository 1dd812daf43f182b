import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { mailboxOpen } from '@baton/contracts';
import { z } from 'zod';
import { Roles } from '../../auth/access.decorator';
import { type SignedInRequest } from '../../auth/principal';
import { ChannelDesk } from '../../channels/channel-desk';
import { type MailboxView } from '../../channels/presence-view';
import { Describe } from '../../openapi/describe.decorator';
import { bodyCheck } from '../http/check-body';
import { KnownAddressPipe } from '../http/known-address.pipe';
import { byName, type Page, readPage } from '../http/page';
import { pageQuery, parseQuery } from '../http/query';

const listQuery = z.strictObject(pageQuery);
const closeQuery = z.strictObject({
  discard: z.enum(['true', 'false']).default('false').describe('true: what waits in it is thrown away.'),
});
const byAddress = byName(({ address }: MailboxView) => address);
const openBody = bodyCheck<{ address: string }>(mailboxOpen.schema);

@Controller('api/mailboxes')
@Roles('viewer')
export class MailboxesController {
  constructor(private readonly desk: ChannelDesk) {}

  @Describe({
    summary: 'List mailboxes by address, with what waits in them',
    tag: 'mailboxes',
    query: listQuery,
    ok: { 200: 'MailboxPage' },
    errors: [400],
  })
  @Get()
  list(@Query() query: unknown): Promise<Page<MailboxView>> {
    return readPage(parseQuery(listQuery, query), byAddress, (page) => this.desk.mailboxes(page));
  }

  @Describe({
    summary: 'Open a mailbox: durable messages for the address wait until they are taken. Idempotent',
    tag: 'mailboxes',
    body: 'MailboxOpen',
    ok: { 200: 'Mailbox' },
    errors: [400, 504],
  })
  @Post()
  @Roles('operator')
  @HttpCode(200)
  open(@Body() body: unknown, @Req() request: SignedInRequest): Promise<MailboxView> {
    return this.desk.openMailbox(request.principal, openBody(body).address);
  }

  @Describe({
    summary: 'Close a mailbox, when nothing waits in it or that may be lost',
    tag: 'mailboxes',
    query: closeQuery,
    ok: { 204: undefined },
    errors: [400, 404, 409, 504],
  })
  @Delete(':address')
  @Roles('operator')
  @HttpCode(204)
  close(
    @Param('address', new KnownAddressPipe('MAILBOX_NOT_FOUND', 'The mailbox of')) address: string,
    @Query() query: unknown,
    @Req() request: SignedInRequest,
  ): Promise<void> {
    const { discard } = parseQuery(closeQuery, query);
    return this.desk.closeMailbox(request.principal, address, discard === 'true');
  }
}
