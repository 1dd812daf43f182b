import { type JsonObject } from '@baton/contracts';
import { type PipeTransform } from '@nestjs/common';
import { IsBoolean, IsDefined, IsObject, IsOptional, IsString, Length } from 'class-validator';

/** A workflow to be created: its document, and the input of this run. */
export class WorkflowCreateBody {
  @IsOptional()
  @IsString()
  @Length(1, 200)
  readonly name?: string;

  /** A document, or its text in YAML or JSON. The engine says what is wrong with it. */
  @IsDefined()
  readonly definition!: unknown;

  @IsOptional()
  @IsObject()
  readonly input?: JsonObject;

  @IsOptional()
  @IsBoolean()
  readonly start?: boolean;
}

/** Input of a run that is started; overrides what it was created with. */
export class WorkflowStartBody {
  @IsOptional()
  @IsObject()
  readonly input?: JsonObject;
}

export class WorkflowCancelBody {
  @IsOptional()
  @IsString()
  @Length(1, 500)
  readonly reason?: string;
}

/** A bare document (`curl --data-binary @workflow.yaml`) is the definition. */
export class BareDocumentPipe implements PipeTransform {
  transform(body: unknown): unknown {
    const bare = typeof body === 'object' && body !== null && 'steps' in body && !('definition' in body);
    return bare ? { definition: body } : body;
  }
}

/** For routes whose body may be left out. */
export class MissingBodyPipe implements PipeTransform {
  transform(body: unknown): unknown {
    return body ?? {};
  }
}
