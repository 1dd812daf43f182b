import { type ChannelDesk, type Heard, type Messenger, type Outgoing, type Sender, type SendOptions } from '@baton/bus';
import { type Address, type CloudEvent } from '@baton/contracts';

/**
 * Sends messages by all five patterns, from anywhere in an agent: inject it. Inside a task it is `task.messages`. It is
 * there as soon as the agent is connected, which is after Nest's lifecycle hooks of the start.
 */
export class Messages implements Sender {
  private connected: Messenger | undefined;

  /** The channels of the mesh: create, list, delete, who is a member. */
  get channels(): ChannelDesk {
    return this.messenger.channels;
  }

  /** Who it speaks for. */
  get addresses(): readonly Address[] {
    return this.messenger.addresses;
  }

  send(to: Address, message: Outgoing, options?: SendOptions): Promise<void> {
    return this.messenger.send(to, message, options);
  }

  multicast(to: readonly Address[], message: Outgoing, options?: SendOptions): Promise<void> {
    return this.messenger.multicast(to, message, options);
  }

  broadcast(channel: string, message: Outgoing, options?: SendOptions): Promise<Heard> {
    return this.messenger.broadcast(channel, message, options);
  }

  publish(key: string, message: Outgoing, options?: SendOptions): Promise<Heard> {
    return this.messenger.publish(key, message, options);
  }

  request<Reply>(...asked: Parameters<Sender['request']>): Promise<CloudEvent<Reply>> {
    return this.messenger.request<Reply>(...asked);
  }

  gather(...asked: Parameters<Sender['gather']>): ReturnType<Sender['gather']> {
    return this.messenger.gather(...asked);
  }

  /** The agent is connected. */
  use(messenger: Messenger): void {
    this.connected = messenger;
  }

  private get messenger(): Messenger {
    if (this.connected) return this.connected;
    throw new Error(
      'The agent is not connected yet: send messages from capabilities, receivers and what they call, not from lifecycle hooks of the start.',
    );
  }
}
