import { type JsonObject, ValidationError, workflowCancelSchema, workflowPauseSchema } from '@baton/contracts';
import { type PauseMode, workflowRerunSchema, workflowStartSchema } from '@baton/contracts';
import { type PipeTransform } from '@nestjs/common';
import { IsBoolean, IsInt, IsObject, IsOptional, IsString, Length, Min } from 'class-validator';
import { bodyCheck } from '../http/check-body';

/** A workflow to be created: its document or the name of a stored one, and the input of this run. */
export class WorkflowCreateBody {
  @IsOptional()
  @IsString()
  @Length(1, 200)
  readonly name?: string;

  /** A document, or its text in YAML or JSON. The engine says what is wrong with it. */
  @IsOptional()
  readonly definition?: unknown;

  @IsOptional()
  @IsString()
  @Length(1, 200)
  readonly workflow?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  readonly version?: number;

  @IsOptional()
  @IsObject()
  readonly input?: JsonObject;

  @IsOptional()
  @IsBoolean()
  readonly start?: boolean;
}

/** Exactly one of `definition` and `workflow`, and a version of the latter only. Throws ValidationError. */
export function checkSource(body: Pick<WorkflowCreateBody, 'definition' | 'workflow' | 'version'>): void {
  const { definition, workflow, version } = body;
  if ((definition === undefined) === (workflow === undefined)) {
    const message = 'must be given, or `workflow` with the name of a stored one, and not both';
    throw new ValidationError([{ path: 'definition', message }]);
  }
  if (version !== undefined && workflow === undefined) {
    throw new ValidationError([{ path: 'version', message: 'goes with `workflow` only' }]);
  }
}

/** A definition to be stored. */
export class DefinitionBody {
  @IsOptional()
  @IsString()
  @Length(1, 200)
  readonly name?: string;

  @IsOptional()
  readonly definition?: unknown;
}

const empty = (body: unknown): unknown => body ?? {};
const start = bodyCheck<{ input?: JsonObject }>(workflowStartSchema);
const pause = bodyCheck<{ running?: PauseMode }>(workflowPauseSchema);
const cancel = bodyCheck<{ reason?: string }>(workflowCancelSchema);

/** Bodies of actions; most may be left out. Each throws ValidationError. */
export const actionBodies = {
  start: (body: unknown) => start(empty(body)),
  pause: (body: unknown) => pause(empty(body)),
  cancel: (body: unknown) => cancel(empty(body)),
  rerun: bodyCheck<{ from: string }>(workflowRerunSchema),
};

/** A bare document (`curl --data-binary @workflow.yaml`) is the definition. */
export class BareDocumentPipe implements PipeTransform {
  transform(body: unknown): unknown {
    if (typeof body !== 'object' || body === null || 'definition' in body || 'workflow' in body) return body;
    return 'steps' in body || 'pattern' in body ? { definition: body } : body;
  }
}
