import { Controller, Get } from '@nestjs/common';
import { type JsonSchema } from '@baton/contracts';
import { workflowDocumentSchema } from '@baton/engine';
import { Open } from '../../auth/access.decorator';
import { Describe } from '../../openapi/describe.decorator';

@Controller('api/schemas')
@Open()
export class SchemasController {
  @Describe({ summary: 'JSON Schema of a workflow document', tag: 'documentation', ok: { 200: 'AnySchema' } })
  @Get('workflow.json')
  @Open()
  workflow(): JsonSchema {
    return workflowDocumentSchema;
  }
}
