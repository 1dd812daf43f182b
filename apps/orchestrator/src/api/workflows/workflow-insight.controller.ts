import { Controller, Get, Param, Query } from '@nestjs/common';
import { type WorkflowResults } from '@baton/engine';
import { z } from 'zod';
import { Roles } from '../../auth/access.decorator';
import { Describe } from '../../openapi/describe.decorator';
import { type Diagnosis } from '../../workflows/insight/insight-desk';
import { WorkflowService } from '../../workflows/workflow-service';
import { KnownIdPipe } from '../http/known-id.pipe';
import { parseQuery } from '../http/query';

const diagnosticsQuery = z.strictObject({ starvedSeconds: z.coerce.number().min(0).max(86_400).default(5) });
const Id = () => Param('id', new KnownIdPipe('WORKFLOW_NOT_FOUND', 'Workflow'));

/** What can be told of a run beyond its state. */
@Controller('api')
@Roles('viewer')
export class WorkflowInsightController {
  constructor(private readonly workflows: WorkflowService) {}

  @Describe({
    summary: 'What came of a run, and how: figures, critical path, bottlenecks, quality, overhead, contributions',
    tag: 'workflows',
    ok: { 200: 'WorkflowResults' },
    errors: [404],
  })
  @Get('workflows/:id/results')
  results(@Id() id: string): Promise<WorkflowResults> {
    return this.workflows.insight.results(id);
  }

  @Describe({
    summary: 'What is wrong with a run, with evidence and what to do; a task that waits for a place that long starves',
    tag: 'workflows',
    query: diagnosticsQuery,
    ok: { 200: 'WorkflowDiagnosis' },
    errors: [400, 404],
  })
  @Get('workflows/:id/diagnostics')
  diagnostics(@Id() id: string, @Query() query: unknown): Promise<Diagnosis> {
    return this.workflows.insight.diagnostics(id, parseQuery(diagnosticsQuery, query).starvedSeconds * 1000);
  }
}
