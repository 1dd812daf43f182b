import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { type Logger } from '@baton/observability';
import { Database } from '@baton/persistence';
import { Hints } from '../intake/hints';
import { LOGGER } from '../tokens';
import { EventFeed } from './event-feed';
import { EventSource } from './event-source';
import { EventsController } from './events.controller';

const feed = {
  provide: EventFeed,
  inject: [Database, LOGGER],
  useFactory: (database: Database, logger: Logger) => new EventFeed(new EventSource(database), logger),
};

/** The event feed, woken by every commit of this process. Needs Database, Hints and LOGGER from a global module. */
@Module({ controllers: [EventsController], providers: [feed], exports: [EventFeed] })
export class EventsModule implements OnApplicationShutdown {
  private readonly stopListening: () => void;

  constructor(feed: EventFeed, hints: Hints) {
    this.stopListening = hints.onChanged(() => feed.wake());
  }

  onApplicationShutdown(): void {
    this.stopListening();
  }
}
