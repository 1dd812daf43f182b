import { Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AgentDirectory } from '../agents/agent-directory';
import { AgentsModule } from '../agents/agents.module';
import { TaskDesk } from '../api/tasks/task-desk';
import { TasksModule } from '../api/tasks/tasks.module';
import { AccessTokens } from '../auth/access-tokens';
import { BodyRoom } from '../intake/body-room';
import { BUS, LOGGER } from '../tokens';
import { WorkflowService } from '../workflows/workflow-service';
import { agentRequests } from './agent-requests';
import { BusDoor, type BusDoorParts } from './bus-door';
import { type DoorRequest } from './door-request';
import { taskRequests } from './task-requests';
import { workflowRequests } from './workflow-requests';

const REQUESTS = Symbol('DoorRequests');

const requests = {
  provide: REQUESTS,
  inject: [TaskDesk, WorkflowService, AgentDirectory],
  useFactory: (tasks: TaskDesk, workflows: WorkflowService, agents: AgentDirectory): DoorRequest[] => [
    ...taskRequests(tasks),
    ...workflowRequests(workflows),
    ...agentRequests(agents),
  ],
};

/** Nest hands the parts over one by one, in this order. */
const PARTS = { bus: BUS, logger: LOGGER, tokens: AccessTokens, room: BodyRoom, requests: REQUESTS };
const door = {
  provide: BusDoor,
  inject: Object.values(PARTS),
  useFactory: (...given: unknown[]) => {
    const parts = Object.fromEntries(Object.keys(PARTS).map((name, index) => [name, given[index]]));
    return new BusDoor(parts as unknown as BusDoorParts);
  },
};

/** The API over RabbitMQ, open from start to stop. */
@Module({ imports: [TasksModule, AgentsModule], providers: [requests, door] })
export class BusDoorModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(private readonly door: BusDoor) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.door.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.door.stop();
  }
}
