import { readFileSync } from 'node:fs';
import { ConfigurationError, type Logger } from '@baton/observability';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { type HostConfig } from './config';
import { builtFamilies } from './deployment/families';
import { readDeployment } from './deployment/read-deployment';
import { CONFIG, LOGGER } from './ports';
import { AddedSpecs } from './supervisor/added-specs';
import { addedAgent, plannedAgents } from './supervisor/planned-agents';
import { type PlannedAgent, Supervisor } from './supervisor/supervisor';
import { Announcements } from './wire/announcements';
import { Orders } from './wire/orders';

/** Start: the door, then the agents, level by level. Stop: no more orders, then the agents backwards. */
@Injectable()
export class Host implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private starting: Promise<void> = Promise.resolve();

  constructor(
    private readonly supervisor: Supervisor,
    private readonly added: AddedSpecs,
    private readonly announcements: Announcements,
    private readonly orders: Orders,
    @Inject(CONFIG) private readonly config: HostConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Does not wait for the agents: they need a registry, which may come later. Throws ConfigurationError. */
  async onApplicationBootstrap(): Promise<void> {
    const levels = planFromFile(this.config);
    const added = this.added.load();
    await this.orders.start();
    this.announcements.start(() => this.supervisor.snapshot);
    this.starting = this.supervisor.start(levels);
    const planned = new Set(levels.flat().map(({ spec }) => spec.name));
    for (const spec of added) if (!planned.has(spec.name)) this.supervisor.add(addedAgent(spec));
    const agents = planned.size + added.length;
    this.logger.info({ event: 'host.started', deployment: this.config.BATON_DEPLOYMENT, agents }, 'started');
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.orders.stop();
    await this.supervisor.stop(this.config.BATON_DRAIN_MS);
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
