import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { type HistoryEntry, type Workflow, workflowStates } from '@baton/contracts';
import { z } from 'zod';
import { Roles } from '../../auth/access.decorator';
import { actorOf, type SignedInRequest } from '../../auth/principal';
import { Describe } from '../../openapi/describe.decorator';
import { type WorkflowResults } from '../../workflows/results-of-run';
import { WorkflowService, type WorkflowSummary } from '../../workflows/workflow-service';
import { yamlTypes } from '../http/body-parsers';
import { KnownIdPipe } from '../http/known-id.pipe';
import { pageQuery, parseQuery, readCursor, writeCursor } from '../http/query';
import { documentPipe } from '../http/validate-document.pipe';
import { BareDocumentPipe, WorkflowCreateBody } from './workflow-bodies';

const listQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(workflowStates).optional(),
  name: z.string().max(200).optional(),
});
const createQuery = z.strictObject({ start: z.enum(['true', 'false']).optional() });
const position = z.tuple([z.uuid()]);
const Id = () => Param('id', new KnownIdPipe('WORKFLOW_NOT_FOUND', 'Workflow'));

@Controller('api')
@Roles('viewer')
export class WorkflowsController {
  constructor(private readonly workflows: WorkflowService) {}

  @Describe({
    summary: 'Create a workflow, and start it if asked to',
    description: 'Takes {name?, definition, input?, start?}, or the bare document; JSON or YAML',
    tag: 'workflows',
    body: 'WorkflowCreate',
    bodyTypes: yamlTypes,
    query: createQuery,
    ok: { 201: 'Workflow' },
    errors: [400, 413, 415, 422],
  })
  @Post(['workflows', 'agents/workflows/create'])
  @Roles('operator')
  create(
    @Body(new BareDocumentPipe(), documentPipe()) body: WorkflowCreateBody,
    @Query() query: unknown,
    @Req() request: SignedInRequest,
  ): Promise<Workflow> {
    const { start } = parseQuery(createQuery, query);
    const create = { ...body, start: start === undefined ? body.start : start === 'true' };
    return this.workflows.create(create, actorOf(request.principal));
  }

  @Describe({
    summary: 'List workflows, newest first',
    tag: 'workflows',
    query: listQuery,
    ok: { 200: 'WorkflowPage' },
    errors: [400],
  })
  @Get(['workflows', 'agents/workflows/list'])
  async list(@Query() query: unknown): Promise<{ items: WorkflowSummary[]; nextCursor: string | null }> {
    const { limit, cursor, ...filter } = parseQuery(listQuery, query);
    const before = readCursor(cursor, position)?.[0];
    const rows = await this.workflows.list(filter, { limit: limit + 1, before });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? writeCursor([last.id]) : null };
  }

  @Describe({
    summary: 'A workflow with its steps and progress',
    tag: 'workflows',
    ok: { 200: 'Workflow' },
    errors: [404],
  })
  @Get(['workflows/:id', 'agents/workflows/:id'])
  @HttpCode(200)
  get(@Id() id: string): Promise<Workflow> {
    return this.workflows.get(id);
  }

  @Describe({ summary: 'Figures of a run', tag: 'workflows', ok: { 200: 'WorkflowResults' }, errors: [404] })
  @Get('workflows/:id/results')
  results(@Id() id: string): Promise<WorkflowResults> {
    return this.workflows.results(id);
  }

  @Describe({ summary: 'Every transition of a workflow', tag: 'workflows', ok: { 200: 'History' }, errors: [404] })
  @Get('workflows/:id/history')
  async history(@Id() id: string): Promise<{ items: HistoryEntry[] }> {
    return { items: await this.workflows.history(id) };
  }
}
