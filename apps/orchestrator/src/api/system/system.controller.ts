import { Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { auditMeshAction, Database } from '@baton/persistence';
import { Roles } from '../../auth/access.decorator';
import { actorOf, type SignedInRequest } from '../../auth/principal';
import { Describe } from '../../openapi/describe.decorator';
import { bodyCheck } from '../http/check-body';
import { MeshControl, type ShutdownMode } from './mesh-control';
import { MeshReport } from './mesh-report';
import { metricsQuery } from './metrics-query';

const checkShutdown = bodyCheck<{ mode?: ShutdownMode }>({
  type: 'object',
  additionalProperties: false,
  properties: { mode: { type: 'string', enum: ['graceful', 'immediate'] } },
});

@Controller('api')
@Roles('viewer')
export class SystemController {
  constructor(
    private readonly report: MeshReport,
    private readonly control: MeshControl,
    private readonly database: Database,
  ) {}

  @Describe({ summary: 'State of the whole mesh', tag: 'system', ok: { 200: 'MeshStatus' } })
  @Get(['system/status', 'agents/status'])
  status(): Promise<unknown> {
    return this.report.status();
  }

  @Describe({
    summary: 'Figures per capability and agent',
    description: 'Figures per capability and agent; with any parameter also their history, bucket by bucket',
    tag: 'system',
    query: metricsQuery,
    ok: { 200: 'MeshFigures' },
    errors: [400],
  })
  @Get('agents/metrics')
  figures(@Query() query: unknown): Promise<unknown> {
    return this.report.figuresAnd(query);
  }

  @Describe({
    summary: 'Make sure the mesh is up',
    description: 'The hosts start and keep the deployed agents by themselves; this answers the state they are in',
    tag: 'system',
    ok: { 200: 'MeshStatus' },
  })
  @Post('agents/initialize')
  @Roles('operator')
  @HttpCode(200)
  initialize(): Promise<unknown> {
    return this.report.status();
  }

  @Describe({
    summary: 'Shut the whole mesh down',
    tag: 'system',
    body: 'MeshShutdown',
    bodyOptional: true,
    ok: { 202: 'MeshStatus' },
    errors: [400],
  })
  @Post('agents/shutdown')
  @Roles('admin')
  @HttpCode(202)
  async shutdown(@Body() body: unknown, @Req() request: SignedInRequest): Promise<unknown> {
    const { mode = 'graceful' } = checkShutdown(body ?? {});
    const actor = actorOf(request.principal);
    const status = await this.report.status();
    await auditMeshAction(this.database, 'shutdown', actor, `${mode}, from ${request.ip}`);
    this.control.shutdown(mode, actor);
    return { ...status, phase: 'shutdown' };
  }
}
