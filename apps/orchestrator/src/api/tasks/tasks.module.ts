import { Module } from '@nestjs/common';
import { Database } from '@baton/persistence';
import { Completions } from '../../intake/completions';
import { Intake } from '../../intake/intake';
import { TaskDoor } from './task-door';
import { TasksController } from './tasks.controller';

const door = {
  provide: TaskDoor,
  inject: [Database, Intake, Completions],
  useFactory: (...parts: ConstructorParameters<typeof TaskDoor>) => new TaskDoor(...parts),
};

@Module({ controllers: [TasksController], providers: [door] })
export class TasksModule {}
