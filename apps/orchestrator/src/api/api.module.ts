import { type DynamicModule, Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module';
import { AsyncApiController } from '../asyncapi/asyncapi.controller';
import { ChannelsModule } from '../channels/channels.module';
import { AgentsController } from './agents/agents.controller';
import { AuditController } from './audit/audit.controller';
import { ChannelsController } from './channels/channels.controller';
import { DefinitionsController } from './definitions/definitions.controller';
import { MailboxesController } from './mailboxes/mailboxes.controller';
import { MessagesModule } from './messages/messages.module';
import { SchemasController } from './schemas/schemas.controller';
import { SystemModule } from './system/system.module';
import { TasksModule } from './tasks/tasks.module';
import { WorkflowActionsController } from './workflows/workflow-actions.controller';
import { WorkflowInsightController } from './workflows/workflow-insight.controller';
import { WorkflowsController } from './workflows/workflows.controller';

/** Every resource of the API. WorkflowService, MeshControl and the core come from global modules. */
@Module({})
export class ApiModule {
  static register(options: { readonly version: string }): DynamicModule {
    return {
      module: ApiModule,
      imports: [TasksModule, AgentsModule, ChannelsModule, MessagesModule, SystemModule.register(options.version)],
      controllers: [
        AgentsController,
        AsyncApiController,
        AuditController,
        ChannelsController,
        DefinitionsController,
        MailboxesController,
        SchemasController,
        WorkflowsController,
        WorkflowActionsController,
        WorkflowInsightController,
      ],
    };
  }
}
