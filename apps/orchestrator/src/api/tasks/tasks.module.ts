import { Module } from '@nestjs/common';
import { Database } from '@baton/persistence';
import { Completions } from '../../intake/completions';
import { Intake } from '../../intake/intake';
import { TaskControl } from '../../intake/task-control';
import { TaskDesk } from './task-desk';
import { TaskDoor } from './task-door';
import { TasksController } from './tasks.controller';

const desk = {
  provide: TaskDesk,
  inject: [Database, Intake, TaskControl, Completions],
  useFactory: (...parts: ConstructorParameters<typeof TaskDesk>) => new TaskDesk(...parts),
};
const door = { provide: TaskDoor, inject: [TaskDesk], useFactory: (of: TaskDesk) => new TaskDoor(of) };

@Module({ controllers: [TasksController], providers: [desk, door], exports: [TaskDesk] })
export class TasksModule {}
