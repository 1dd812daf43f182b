import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { type Agent, agentStates, type HistoryEntry } from '@baton/contracts';
import { type AgentFilter } from '@baton/persistence';
import { z } from 'zod';
import { AgentDirectory } from '../../agents/agent-directory';
import { Roles } from '../../auth/access.decorator';
import { actorOf, type SignedInRequest } from '../../auth/principal';
import { Describe } from '../../openapi/describe.decorator';
import { KnownIdPipe } from '../http/known-id.pipe';
import { byId, type Page, readPage } from '../http/page';
import { pageQuery, parseQuery } from '../http/query';
import { documentPipe } from '../http/validate-document.pipe';
import { AgentCreateBody } from './agent-bodies';

const text = z.string().min(1).max(200);
const listQuery = z.strictObject({
  ...pageQuery,
  family: text.optional(),
  name: text.optional(),
  state: z.enum(agentStates).optional(),
  capability: text.optional(),
  tags: z.string().max(1000).optional().describe('All of these, separated by commas.'),
  present: z.enum(['true', 'false']).optional().describe('false: those that have ended too.'),
});
const Id = () => Param('id', new KnownIdPipe('AGENT_NOT_FOUND', 'Agent'));

@Controller('api/agents')
@Roles('viewer')
export class AgentsController {
  constructor(private readonly agents: AgentDirectory) {}

  @Describe({
    summary: 'List agents, newest first',
    tag: 'agents',
    query: listQuery,
    ok: { 200: 'AgentPage' },
    errors: [400],
  })
  @Get(['', 'list'])
  list(@Query() query: unknown): Promise<Page<Agent>> {
    const { limit, cursor, tags, present, ...conditions } = parseQuery(listQuery, query);
    const filter = {
      ...conditions,
      ...(tags === undefined ? {} : { tags: tags.split(',').filter((tag) => tag !== '') }),
      ...(present === undefined ? {} : { present: present === 'true' }),
    } as AgentFilter;
    return readPage({ limit, cursor }, byId, ({ limit, after }) => this.agents.list(filter, { limit, before: after }));
  }

  @Describe({
    summary: 'Start an agent of a family on a host that offers it',
    tag: 'agents',
    body: 'AgentCreate',
    ok: { 201: 'Agent' },
    errors: [400, 409, 422, 502, 504],
  })
  @Post(['', 'create'])
  @Roles('operator')
  create(@Body(documentPipe()) body: AgentCreateBody, @Req() request: SignedInRequest): Promise<Agent> {
    return this.agents.create({ ...body }, actorOf(request.principal));
  }

  @Describe({ summary: 'One agent', tag: 'agents', ok: { 200: 'Agent' }, errors: [404] })
  @Get(':id')
  get(@Id() id: string): Promise<Agent> {
    return this.agents.get(id);
  }

  @Describe({
    summary: 'Every transition of an agent, oldest first',
    tag: 'agents',
    ok: { 200: 'History' },
    errors: [404],
  })
  @Get(':id/history')
  async history(@Id() id: string): Promise<{ items: HistoryEntry[] }> {
    return { items: await this.agents.history(id) };
  }

  @Describe({
    summary: 'Drain an agent and end it for good',
    tag: 'agents',
    ok: { 202: 'Agent' },
    errors: [404, 502, 504],
  })
  @Delete(':id')
  @Roles('operator')
  @HttpCode(202)
  remove(@Id() id: string, @Req() request: SignedInRequest): Promise<Agent> {
    return this.agents.remove(id, actorOf(request.principal));
  }
}
