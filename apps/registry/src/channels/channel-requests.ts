import { type Delivery, outgoing, type Responder, responder } from '@baton/bus';
import {
  channelCreate,
  channelCreated,
  channelDelete,
  channelDeleted,
  channelJoin,
  channelJoined,
  channelLeave,
  channelLeft,
  channelsList,
  channelsListed,
  type CloudEvent,
  mailboxClose,
  mailboxClosed,
  mailboxOpen,
  mailboxOpened,
  membershipsList,
  membershipsListed,
} from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';
import { type Asker, askerOf } from './asker';
import { Channels } from './channels';
import { Mailboxes } from './mailboxes';

/** What the registry answers about channels and mailboxes. */
@Injectable()
export class ChannelRequests {
  readonly responders: readonly Responder[];

  constructor(
    private readonly desk: Desk,
    channels: Channels,
    mailboxes: Mailboxes,
  ) {
    const by = (event: CloudEvent<unknown>, { user }: Delivery): Asker => askerOf(event, user, this.desk.services);
    this.responders = [
      responder(channelCreate, async (event, delivery) =>
        outgoing(channelCreated, await channels.create(event.data, by(event, delivery))),
      ),
      responder(channelDelete, async (event, delivery) => {
        await channels.delete(event.data.name, by(event, delivery));
        return outgoing(channelDeleted, event.data);
      }),
      responder(channelJoin, async (event, delivery) =>
        outgoing(channelJoined, await channels.join(event.data, by(event, delivery))),
      ),
      responder(channelLeave, async (event, delivery) => {
        await channels.leave(event.data, by(event, delivery));
        return outgoing(channelLeft, { ...event.data, reason: null });
      }),
      responder(channelsList, async () => outgoing(channelsListed, { channels: await channels.list() })),
      responder(membershipsList, async ({ data }) =>
        outgoing(membershipsListed, { memberships: await channels.memberships(data) }),
      ),
      responder(mailboxOpen, async (event, delivery) =>
        outgoing(mailboxOpened, await mailboxes.open(event.data.address, by(event, delivery))),
      ),
      responder(mailboxClose, async (event, delivery) => {
        await mailboxes.close(event.data, by(event, delivery));
        return outgoing(mailboxClosed, { address: event.data.address });
      }),
    ];
  }
}
