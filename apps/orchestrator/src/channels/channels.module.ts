import { Module } from '@nestjs/common';
import { ChannelDesk } from './channel-desk';
import { PresenceView } from './presence-view';
import { RegistryClient } from './registry-client';

/** Channels and mailboxes, for whoever shows or changes them. */
@Module({ providers: [ChannelDesk, PresenceView, RegistryClient], exports: [ChannelDesk] })
export class ChannelsModule {}
