import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { type JsonValue, ValidationError } from '@baton/contracts';
import { Roles } from '../../auth/access.decorator';
import { actorOf, type SignedInRequest } from '../../auth/principal';
import { Describe } from '../../openapi/describe.decorator';
import { type Asker } from '../../workflows/workflow-control';
import { WorkflowService } from '../../workflows/workflow-service';
import { KnownIdPipe } from '../http/known-id.pipe';
import { RawJson } from '../http/raw-json';
import { requestKey } from '../http/request-key';
import { actionBodies } from './workflow-bodies';

const Id = () => Param('id', new KnownIdPipe('WORKFLOW_NOT_FOUND', 'Workflow'));
const answers = {
  tag: 'workflows',
  ok: { 202: 'Workflow' },
  errors: [400, 404, 409],
  headers: { 'Idempotency-Key': 'The same key again asks for nothing more, whatever happened in between.' },
} as const;
const MAX_SIGNAL_NAME = 200;

/**
 * What a person does with a run. The brain acts; the answer shows the state it came to. Asking for the state it is in
 * already changes nothing; what its state forbids is answered 409 with the reason.
 */
@Controller('api')
@Roles('operator')
export class WorkflowActionsController {
  constructor(private readonly workflows: WorkflowService) {}

  @Describe({ ...answers, summary: 'Start a workflow', body: 'WorkflowStart', bodyOptional: true })
  @Post(['workflows/:id/start', 'agents/workflows/:id/start'])
  @HttpCode(202)
  @RawJson()
  start(@Id() id: string, @Body() body: unknown, @Req() request: SignedInRequest): Promise<string> {
    return this.workflows.start(id, actionBodies.start(body), askerOf(request));
  }

  @Describe({
    ...answers,
    summary: 'Pause: nothing new starts; what runs finishes, or is canceled and starts again on resume',
    body: 'WorkflowPause',
    bodyOptional: true,
  })
  @Post('workflows/:id/pause')
  @HttpCode(202)
  @RawJson()
  pause(@Id() id: string, @Body() body: unknown, @Req() request: SignedInRequest): Promise<string> {
    return this.workflows.pause(id, askerOf(request), actionBodies.pause(body).running);
  }

  @Describe({ ...answers, summary: 'Go on after a pause' })
  @Post('workflows/:id/resume')
  @HttpCode(202)
  @RawJson()
  resume(@Id() id: string, @Req() request: SignedInRequest): Promise<string> {
    return this.workflows.resume(id, askerOf(request));
  }

  @Describe({ ...answers, summary: 'Cancel; agents that work on it are told', body: 'TaskCancel', bodyOptional: true })
  @Post('workflows/:id/cancel')
  @HttpCode(202)
  @RawJson()
  cancel(@Id() id: string, @Body() body: unknown, @Req() request: SignedInRequest): Promise<string> {
    return this.workflows.cancel(id, askerOf(request), actionBodies.cancel(body).reason);
  }

  @Describe({ ...answers, summary: 'Run the failed, stopped and blocked steps again' })
  @Post('workflows/:id/retry')
  @HttpCode(202)
  @RawJson()
  retry(@Id() id: string, @Req() request: SignedInRequest): Promise<string> {
    return this.workflows.retry(id, askerOf(request));
  }

  @Describe({
    ...answers,
    summary: 'Run a step of an ended workflow again, with all that depends on it; the others keep what they gave',
    body: 'WorkflowRerun',
  })
  @Post('workflows/:id/rerun')
  @HttpCode(202)
  @RawJson()
  rerun(@Id() id: string, @Body() body: unknown, @Req() request: SignedInRequest): Promise<string> {
    return this.workflows.rerun(id, actionBodies.rerun(body).from, askerOf(request));
  }

  @Describe({
    ...answers,
    summary: 'Send a signal: what waits for it goes on with the body as its output; kept until something does',
    body: 'Json',
    bodyOptional: true,
  })
  @Post('workflows/:id/signals/:name')
  @HttpCode(202)
  @RawJson()
  signal(
    @Id() id: string,
    @Param('name') name: string,
    @Body() body: JsonValue | undefined,
    @Req() request: SignedInRequest,
  ): Promise<string> {
    if (name.length > MAX_SIGNAL_NAME || name.includes('\0')) {
      throw new ValidationError([{ path: 'name', message: `has at most ${MAX_SIGNAL_NAME} characters, none NUL` }]);
    }
    return this.workflows.signal(id, name, body ?? null, askerOf(request));
  }
}

function askerOf(request: SignedInRequest): Asker {
  return { actor: actorOf(request.principal), key: requestKey(request.headers['idempotency-key']) };
}
