import { outgoing, type Responder, responder } from '@baton/bus';
import { agentRegister, agentRegistered, agentsDiscover, agentsDiscovered } from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { ChannelRequests } from './channels/channel-requests';
import { Discovery } from './discovery/discovery';
import { Registrar } from './presence/registrar';

/** Every kind of request a registry answers. */
@Injectable()
export class RegistryRequests {
  readonly responders: readonly Responder[];

  constructor(registrar: Registrar, discovery: Discovery, channels: ChannelRequests) {
    this.responders = [
      responder(agentRegister, async ({ data }, { user }) =>
        outgoing(agentRegistered, await registrar.register(data, user)),
      ),
      responder(agentsDiscover, async ({ data }) => outgoing(agentsDiscovered, await discovery.discover(data))),
      ...channels.responders,
    ];
  }
}
