import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { type Workflow } from '@baton/contracts';
import { Roles } from '../../auth/access.decorator';
import { actorOf, type SignedInRequest } from '../../auth/principal';
import { Describe } from '../../openapi/describe.decorator';
import { WorkflowService } from '../../workflows/workflow-service';
import { KnownIdPipe } from '../http/known-id.pipe';
import { documentPipe } from '../http/validate-document.pipe';
import { MissingBodyPipe, WorkflowCancelBody, WorkflowStartBody } from './workflow-bodies';

const Id = () => Param('id', new KnownIdPipe('WORKFLOW_NOT_FOUND', 'Workflow'));
const OptionalBody = () => Body(new MissingBodyPipe(), documentPipe());
const answers = { tag: 'workflows', ok: { 202: 'Workflow' }, errors: [400, 404, 409] } as const;

/** What a person does with a run. The brain acts; the answer shows the state it came to. */
@Controller('api')
@Roles('operator')
export class WorkflowActionsController {
  constructor(private readonly workflows: WorkflowService) {}

  @Describe({ ...answers, summary: 'Start a workflow', body: 'WorkflowStart', bodyOptional: true })
  @Post(['workflows/:id/start', 'agents/workflows/:id/start'])
  @HttpCode(202)
  start(@Id() id: string, @OptionalBody() body: WorkflowStartBody, @Req() request: SignedInRequest): Promise<Workflow> {
    return this.workflows.start(id, body, actorOf(request.principal));
  }

  @Describe({ ...answers, summary: 'Pause: what runs may finish, nothing new is submitted' })
  @Post('workflows/:id/pause')
  @HttpCode(202)
  pause(@Id() id: string, @Req() request: SignedInRequest): Promise<Workflow> {
    return this.workflows.pause(id, actorOf(request.principal));
  }

  @Describe({ ...answers, summary: 'Go on after a pause' })
  @Post('workflows/:id/resume')
  @HttpCode(202)
  resume(@Id() id: string, @Req() request: SignedInRequest): Promise<Workflow> {
    return this.workflows.resume(id, actorOf(request.principal));
  }

  @Describe({ ...answers, summary: 'Cancel; agents that work on it are told', body: 'TaskCancel', bodyOptional: true })
  @Post('workflows/:id/cancel')
  @HttpCode(202)
  cancel(
    @Id() id: string,
    @OptionalBody() body: WorkflowCancelBody,
    @Req() request: SignedInRequest,
  ): Promise<Workflow> {
    return this.workflows.cancel(id, actorOf(request.principal), body.reason);
  }

  @Describe({ ...answers, summary: 'Run the failed, stopped and blocked steps again' })
  @Post('workflows/:id/retry')
  @HttpCode(202)
  retry(@Id() id: string, @Req() request: SignedInRequest): Promise<Workflow> {
    return this.workflows.retry(id, actorOf(request.principal));
  }
}
