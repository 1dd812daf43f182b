import { Controller, Get, Param } from '@nestjs/common';
import { type WorkflowResults } from '@baton/engine';
import { Roles } from '../../auth/access.decorator';
import { Describe } from '../../openapi/describe.decorator';
import { WorkflowService } from '../../workflows/workflow-service';
import { KnownIdPipe } from '../http/known-id.pipe';

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
  results(@Param('id', new KnownIdPipe('WORKFLOW_NOT_FOUND', 'Workflow')) id: string): Promise<WorkflowResults> {
    return this.workflows.insight.results(id);
  }
}
