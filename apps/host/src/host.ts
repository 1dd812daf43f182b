import { readFileSync } from 'node:fs';
import { ConfigurationError } from '@baton/observability';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { type HostConfig } from './config';
import { Desk } from './desk';
import { builtFamilies } from './deployment/families';
import { readDeployment } from './deployment/read-deployment';
import { plannedAgents } from './supervisor/planned-agents';
import { type PlannedAgent, Supervisor } from './supervisor/supervisor';
import { Announcements } from './wire/announcements';
import { Orders } from './wire/orders';

/** Start: the door, then the agents, level by level. Stop: no more orders, then the agents backwards. */
@Injectable()
export class Host implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private starting: Promise<void> = Promise.resolve();

  constructor(
    private readonly desk: Desk,
    private readonly supervisor: Supervisor,
    private readonly announcements: Announcements,
    private readonly orders: Orders,
  ) {}

  /** Does not wait for the agents: they need a registry, which may come later. Throws ConfigurationError. */
  async onApplicationBootstrap(): Promise<void> {
    const { config, logger } = this.desk;
    const levels = planFromFile(config);
    const kept = this.orders.kept();
    await this.orders.start();
    this.announcements.start(() => this.supervisor.snapshot);
    this.starting = this.supervisor.start(levels).then(() => this.announcements.settled());
    this.orders.restore(kept);
    logger.info(
      { event: 'host.started', deployment: config.BATON_DEPLOYMENT, agents: levels.flat().length },
      'started',
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.orders.stop();
    await this.supervisor.stop(this.desk.config.BATON_DRAIN_MS);
    await this.starting;
    this.announcements.stop();
  }
}

/** What the deployment file asks for. Throws ConfigurationError with every fault. */
export function planFromFile(config: HostConfig): PlannedAgent[][] {
  const file = config.BATON_DEPLOYMENT;
  const deployment = readDeployment(readText(file), file, builtFamilies(config.BATON_APPS_DIR));
  return plannedAgents(deployment);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError([`BATON_DEPLOYMENT: ${file} cannot be read (${(error as Error).message})`]);
  }
}
