import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { addressPattern, type Channel, channelCreate, type ChannelCreate, objectSchema } from '@baton/contracts';
import { z } from 'zod';
import { Roles } from '../../auth/access.decorator';
import { type SignedInRequest } from '../../auth/principal';
import { ChannelDesk } from '../../channels/channel-desk';
import { type MemberView } from '../../channels/presence-view';
import { Describe } from '../../openapi/describe.decorator';
import { bodyCheck } from '../http/check-body';
import { KnownAddressPipe } from '../http/known-address.pipe';
import { byName, type Page, readPage } from '../http/page';
import { pageQuery, parseQuery } from '../http/query';

const listQuery = z.strictObject({ ...pageQuery, member: z.string().min(1).max(100).optional() });
const membersQuery = z.strictObject(pageQuery);
const channelBody = bodyCheck<ChannelCreate>(channelCreate.schema);
const joinBody = bodyCheck<{ member: string; durable?: boolean }>(
  objectSchema({ member: { type: 'string', pattern: addressPattern }, 'durable?': { type: 'boolean' } }),
);
const Name = () => Param('name', new KnownAddressPipe('CHANNEL_NOT_FOUND', 'The channel'));

const byChannel = byName(({ name }: Channel) => name);
const byMember = byName(({ member }: MemberView) => member);

@Controller('api/channels')
@Roles('viewer')
export class ChannelsController {
  constructor(private readonly desk: ChannelDesk) {}

  @Describe({
    summary: 'List channels by name; those of one member when one is named',
    tag: 'channels',
    query: listQuery,
    ok: { 200: 'ChannelPage' },
    errors: [400],
  })
  @Get()
  list(@Query() query: unknown): Promise<Page<Channel>> {
    const { member, ...page } = parseQuery(listQuery, query);
    return readPage(page, byChannel, (names) => this.desk.list(names, member));
  }

  @Describe({
    summary: 'Create a channel, with the types of messages it takes if not any',
    tag: 'channels',
    body: 'ChannelCreate',
    ok: { 201: 'Channel' },
    errors: [400, 409, 504],
  })
  @Post()
  @Roles('operator')
  create(@Body() body: unknown, @Req() request: SignedInRequest): Promise<Channel> {
    return this.desk.create(request.principal, channelBody(body));
  }

  @Describe({ summary: 'One channel', tag: 'channels', ok: { 200: 'Channel' }, errors: [404] })
  @Get(':name')
  get(@Name() name: string): Promise<Channel> {
    return this.desk.get(name);
  }

  @Describe({
    summary: 'Delete a channel; its memberships end and its members are told',
    tag: 'channels',
    ok: { 204: undefined },
    errors: [404, 504],
  })
  @Delete(':name')
  @Roles('operator')
  @HttpCode(204)
  delete(@Name() name: string, @Req() request: SignedInRequest): Promise<void> {
    return this.desk.delete(request.principal, name);
  }

  @Describe({
    summary: 'Who is in a channel, by name, whether they are there, and what waits for them',
    tag: 'channels',
    query: membersQuery,
    ok: { 200: 'ChannelMemberPage' },
    errors: [400, 404],
  })
  @Get(':name/members')
  members(@Name() name: string, @Query() query: unknown): Promise<Page<MemberView>> {
    return readPage(parseQuery(membersQuery, query), byMember, (names) => this.desk.members(name, names));
  }

  @Describe({
    summary: 'Make an agent or a service a member, by its name; it is told. Idempotent',
    tag: 'channels',
    body: 'ChannelJoin',
    ok: { 200: 'ChannelMember' },
    errors: [400, 404, 409, 504],
  })
  @Post(':name/members')
  @Roles('operator')
  @HttpCode(200)
  join(@Name() channel: string, @Body() body: unknown, @Req() request: SignedInRequest): Promise<MemberView> {
    return this.desk.join(request.principal, { channel, ...joinBody(body) });
  }

  @Describe({
    summary: 'End a membership; the member is told. Idempotent',
    tag: 'channels',
    ok: { 204: undefined },
    errors: [404, 504],
  })
  @Delete(':name/members/:member')
  @Roles('operator')
  @HttpCode(204)
  leave(
    @Name() channel: string,
    @Param('member', new KnownAddressPipe('NOT_FOUND', 'The member')) member: string,
    @Req() request: SignedInRequest,
  ): Promise<void> {
    return this.desk.leave(request.principal, { channel, member });
  }
}
