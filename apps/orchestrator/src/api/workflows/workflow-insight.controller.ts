import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { type Recommendation, type WorkflowResults } from '@baton/engine';
import { z } from 'zod';
import { Roles } from '../../auth/access.decorator';
import { Describe } from '../../openapi/describe.decorator';
import { type Diagnosis } from '../../workflows/insight/insight-desk';
import { WorkflowService } from '../../workflows/workflow-service';
import { yamlTypes } from '../http/body-parsers';
import { KnownIdPipe } from '../http/known-id.pipe';
import { parseQuery } from '../http/query';
import { documentPipe } from '../http/validate-document.pipe';
import { BareDocumentPipe, checkSource, WorkflowCreateBody } from './workflow-bodies';

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

  @Describe({
    summary: 'Which execution of a definition would do best: pattern, parallelism, expected makespan, and why',
    description: 'Takes what POST /api/workflows takes, and stores nothing.',
    tag: 'workflows',
    body: 'WorkflowCreate',
    bodyTypes: yamlTypes,
    ok: { 200: 'WorkflowRecommendation' },
    errors: [400, 404, 413, 415, 422],
  })
  @Post('workflows/recommend')
  @HttpCode(200)
  recommend(@Body(new BareDocumentPipe(), documentPipe()) body: WorkflowCreateBody): Promise<Recommendation> {
    checkSource(body);
    return this.workflows.recommend(body);
  }

  @Describe({
    summary: 'The same for the document of a run, with what the run has shown',
    tag: 'workflows',
    ok: { 200: 'WorkflowRecommendation' },
    errors: [400, 404],
  })
  @Get('workflows/:id/recommendation')
  recommendation(@Id() id: string): Promise<Recommendation> {
    return this.workflows.insight.recommendationFor(id);
  }
}
