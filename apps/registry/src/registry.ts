import { Database, loadPresentAgents } from '@baton/persistence';
import { type Logger } from '@baton/observability';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER } from './ports';
import { Heartbeats } from './presence/heartbeats';
import { Keeper } from './presence/keeper';
import { PresenceBook } from './presence/presence-book';
import { RegistryInbox } from './registry-inbox';

/** Start: known agents with a fresh window, then ears, then the door. Stop: the other way round. */
@Injectable()
export class Registry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly book: PresenceBook,
    private readonly heartbeats: Heartbeats,
    private readonly keeper: Keeper,
    private readonly inbox: RegistryInbox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const now = performance.now();
    for (const agent of await loadPresentAgents(this.database)) this.book.put(agent, now);
    await this.heartbeats.start();
    await this.inbox.start();
    this.keeper.start();
    this.logger.info({ event: 'registry.started', agents: this.book.size }, 'started');
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.inbox.stop();
    await this.heartbeats.stop();
    await this.keeper.stop();
  }
}
