import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { NotFoundError } from '@baton/contracts';
import { type FastifyReply } from 'fastify';
import { z } from 'zod';
import { Roles } from '../../auth/access.decorator';
import { actorOf, type SignedInRequest } from '../../auth/principal';
import { Describe } from '../../openapi/describe.decorator';
import { type Definition, type DefinitionSummary } from '../../workflows/definition-desk';
import { WorkflowService } from '../../workflows/workflow-service';
import { yamlTypes } from '../http/body-parsers';
import { byName, orderedBy, type Page, readPage } from '../http/page';
import { pageQuery, parseQuery } from '../http/query';
import { documentPipe } from '../http/validate-document.pipe';
import { BareDocumentPipe, checkSource, DefinitionBody } from '../workflows/workflow-bodies';

const listQuery = z.strictObject(pageQuery);
const byDefinition = byName(({ name }: DefinitionSummary) => name);
const byVersion = orderedBy(z.number().int(), ({ version }: DefinitionSummary) => version);
const MAX_VERSION = 2 ** 31;

/** Definitions under a name, for runs and for steps of other definitions. A version never changes. */
@Controller('api/definitions')
@Roles('viewer')
export class DefinitionsController {
  constructor(private readonly workflows: WorkflowService) {}

  @Describe({
    summary: 'Store a definition under its name as the next version',
    description:
      'Takes {name?, definition} or the bare document; JSON or YAML. What the newest version says already is no new one: 200',
    tag: 'definitions',
    body: 'DefinitionCreate',
    bodyTypes: yamlTypes,
    ok: { 200: 'Definition', 201: 'Definition' },
    errors: [400, 409, 413, 415, 422],
  })
  @Post()
  @Roles('operator')
  async store(
    @Body(new BareDocumentPipe(), documentPipe()) body: DefinitionBody,
    @Req() request: SignedInRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Definition> {
    checkSource({ definition: body.definition });
    const { name, definition } = body;
    const stored = await this.workflows.definitions.store({ name, definition }, actorOf(request.principal));
    void reply.status(stored.isNew ? 201 : 200);
    return stored.definition;
  }

  @Describe({
    summary: 'Definitions by name, each in its newest version',
    tag: 'definitions',
    query: listQuery,
    ok: { 200: 'DefinitionPage' },
    errors: [400],
  })
  @Get()
  list(@Query() query: unknown): Promise<Page<DefinitionSummary>> {
    return readPage(parseQuery(listQuery, query), byDefinition, (page) => this.workflows.definitions.list(page));
  }

  @Describe({ summary: 'The newest version', tag: 'definitions', ok: { 200: 'Definition' }, errors: [404] })
  @Get(':name')
  get(@Param('name') name: string): Promise<Definition> {
    return this.workflows.definitions.get(name);
  }

  @Describe({
    summary: 'Versions of a definition, newest first',
    tag: 'definitions',
    query: listQuery,
    ok: { 200: 'DefinitionPage' },
    errors: [400, 404],
  })
  @Get(':name/versions')
  versions(@Param('name') name: string, @Query() query: unknown): Promise<Page<DefinitionSummary>> {
    return readPage(parseQuery(listQuery, query), byVersion, ({ limit, after }) =>
      this.workflows.definitions.versions(name, { limit, before: after }),
    );
  }

  @Describe({ summary: 'One version', tag: 'definitions', ok: { 200: 'Definition' }, errors: [404] })
  @Get(':name/versions/:version')
  version(@Param('name') name: string, @Param('version') version: string): Promise<Definition> {
    const number = Number(version);
    if (Number.isInteger(number) && number > 0 && number < MAX_VERSION) {
      return this.workflows.definitions.get(name, number);
    }
    throw new NotFoundError('DEFINITION_NOT_FOUND', `Version ${version} of definition ${name}`);
  }
}
