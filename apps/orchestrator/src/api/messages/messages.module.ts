import { Module } from '@nestjs/common';
import { type Bus } from '@baton/bus';
import { Database } from '@baton/persistence';
import { BUS } from '../../tokens';
import { ChannelBook } from './channel-book';
import { MessageDesk } from './message-desk';
import { MessagesController } from './messages.controller';

const desk = {
  provide: MessageDesk,
  inject: [BUS, Database],
  useFactory: (bus: Bus, database: Database) => new MessageDesk(bus, new ChannelBook(database)),
};

/** POST /api/messages. */
@Module({ providers: [desk], controllers: [MessagesController] })
export class MessagesModule {}
