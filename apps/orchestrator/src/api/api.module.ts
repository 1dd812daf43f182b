import { type DynamicModule, Module } from '@nestjs/common';
import { AuditController } from './audit/audit.controller';
import { SchemasController } from './schemas/schemas.controller';
import { SystemModule } from './system/system.module';
import { TasksModule } from './tasks/tasks.module';

/** Every resource of the API. What it needs comes from global modules. */
@Module({})
export class ApiModule {
  static register(options: { readonly version: string }): DynamicModule {
    return {
      module: ApiModule,
      imports: [TasksModule, SystemModule.register(options.version)],
      controllers: [AuditController, SchemasController],
    };
  }
}
