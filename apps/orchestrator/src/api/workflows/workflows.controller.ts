import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { type HistoryEntry, stepStates, workflowStates } from '@baton/contracts';
import { z } from 'zod';
import { Roles } from '../../auth/access.decorator';
import { actorOf, type SignedInRequest } from '../../auth/principal';
import { Describe } from '../../openapi/describe.decorator';
import { type DefinitionCheck, WorkflowService, type WorkflowSummary } from '../../workflows/workflow-service';
import { yamlTypes } from '../http/body-parsers';
import { KnownIdPipe } from '../http/known-id.pipe';
import { byId, type Page, pageJson, readPage } from '../http/page';
import { pageQuery, parseQuery, readCursor, writeCursor } from '../http/query';
import { RawJson } from '../http/raw-json';
import { documentPipe } from '../http/validate-document.pipe';
import { BareDocumentPipe, checkSource, WorkflowCreateBody } from './workflow-bodies';

const listQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(workflowStates).optional(),
  name: z.string().max(200).optional(),
});
const createQuery = z.strictObject({ start: z.enum(['true', 'false']).optional() });
const getQuery = z.strictObject({ steps: z.enum(['true', 'false']).default('true') });
// A cursor holds the id of a step, which is long where steps are deep inside others.
const stepsQuery = z.strictObject({
  ...pageQuery,
  cursor: z.string().max(4000).optional(),
  state: z.enum(stepStates).optional(),
});
const stepPosition = z.tuple([z.number().int().nonnegative(), z.string()]);
const Id = () => Param('id', new KnownIdPipe('WORKFLOW_NOT_FOUND', 'Workflow'));

@Controller('api')
@Roles('viewer')
export class WorkflowsController {
  constructor(private readonly workflows: WorkflowService) {}

  @Describe({
    summary: 'Create a workflow, and start it if asked to',
    description:
      'Takes {name?, definition, input?, start?}, or {name?, workflow, version?, input?, start?} with the name of a stored definition, or the bare document; JSON or YAML',
    tag: 'workflows',
    body: 'WorkflowCreate',
    bodyTypes: yamlTypes,
    query: createQuery,
    ok: { 201: 'Workflow' },
    errors: [400, 404, 413, 415, 422],
  })
  @Post(['workflows', 'agents/workflows/create'])
  @Roles('operator')
  @RawJson()
  create(
    @Body(new BareDocumentPipe(), documentPipe()) body: WorkflowCreateBody,
    @Query() query: unknown,
    @Req() request: SignedInRequest,
  ): Promise<string> {
    const { start } = parseQuery(createQuery, query);
    checkSource(body);
    const create = { ...body, start: start === undefined ? body.start : start === 'true' };
    return this.workflows.createJson(create, actorOf(request.principal));
  }

  @Describe({
    summary: 'What is wrong with a definition, all at once; nothing is stored',
    tag: 'workflows',
    body: 'WorkflowCreate',
    bodyTypes: yamlTypes,
    ok: { 200: 'WorkflowCheck' },
    errors: [400, 404, 413, 415],
  })
  @Post('workflows/check')
  @HttpCode(200)
  check(@Body(new BareDocumentPipe(), documentPipe()) body: WorkflowCreateBody): Promise<DefinitionCheck> {
    checkSource(body);
    return this.workflows.check(body);
  }

  @Describe({
    summary: 'List workflows, newest first',
    tag: 'workflows',
    query: listQuery,
    ok: { 200: 'WorkflowPage' },
    errors: [400],
  })
  @Get(['workflows', 'agents/workflows/list'])
  list(@Query() query: unknown): Promise<Page<WorkflowSummary>> {
    const { limit, cursor, ...filter } = parseQuery(listQuery, query);
    return readPage({ limit, cursor }, byId, ({ limit, after }) =>
      this.workflows.list(filter, { limit, before: after }),
    );
  }

  @Describe({
    summary: 'A workflow with its steps and progress',
    tag: 'workflows',
    query: getQuery,
    ok: { 200: 'Workflow' },
    errors: [400, 404],
  })
  @Get(['workflows/:id', 'agents/workflows/:id'])
  @HttpCode(200)
  @RawJson()
  get(@Id() id: string, @Query() query: unknown): Promise<string> {
    return this.workflows.json(id, { steps: parseQuery(getQuery, query).steps === 'true' });
  }

  @Describe({
    summary: 'The steps of a workflow in pages, each before what is inside it; those in one state if asked for',
    tag: 'workflows',
    query: stepsQuery,
    ok: { 200: 'WorkflowStepPage' },
    errors: [400, 404],
  })
  @Get('workflows/:id/steps')
  @RawJson()
  async steps(@Id() id: string, @Query() query: unknown): Promise<string> {
    const { limit, cursor, state } = parseQuery(stepsQuery, query);
    const position = readCursor(cursor, stepPosition);
    const after = position && { count: position[0], id: position[1] };
    const { steps, next } = await this.workflows.steps(id, { limit, state, after });
    return pageJson({ items: [...steps], nextCursor: next === undefined ? null : writeCursor([next.count, next.id]) });
  }

  @Describe({
    summary: 'Every transition of a workflow, and the decisions in between',
    tag: 'workflows',
    ok: { 200: 'History' },
    errors: [404],
  })
  @Get('workflows/:id/history')
  async history(@Id() id: string): Promise<{ items: HistoryEntry[] }> {
    return { items: await this.workflows.history(id) };
  }
}
