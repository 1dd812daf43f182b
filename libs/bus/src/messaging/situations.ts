import { type CloudEvent } from '@baton/contracts';
import { type Delivery } from '../bus';
import { exchanges } from '../topology';
import { askedOf } from './answers';
import { HandlerList } from './handler-list';
import { type Memberships } from './memberships';
import { type Listening, type MessageHandler } from './messenger';
import { type Situation } from './turn';
import { type MessageFilter } from './filter/message-filter';

/** Whose a message is that comes to one party: by the exchange it came through, then by its channel. */
export class Situations {
  /** Handlers of direct messages, and of channels that somebody else made this party a member of. */
  readonly direct = new HandlerList();
  /** What the messenger itself listens to. */
  readonly own = new HandlerList();
  private readonly inChannels = new Map<string, HandlerList>();

  constructor(private readonly memberships: Pick<Memberships, 'misfitOf' | 'hasLeft'>) {}

  addTo(channel: string, handlers: readonly MessageHandler[], filter?: MessageFilter): Listening {
    const list = this.inChannels.get(channel) ?? new HandlerList();
    const listening = list.add(handlers, filter);
    this.inChannels.set(channel, list);
    return listening;
  }

  forget(channel: string): void {
    this.inChannels.delete(channel);
  }

  of(event: CloudEvent<unknown>, delivery: Delivery): Situation {
    if (delivery.exchange === exchanges.channels.name) return this.ofChannel(delivery.key, event);
    const handlers = this.own.of(event.type).length > 0 ? this.own : this.direct;
    const early = handlers.of(event.type).length === 0;
    if (askedOf(delivery) === 'answer') return { pattern: 'request-response', handlers, early };
    return { pattern: 'CC' in delivery.headers ? 'multicast' : 'direct', handlers, early };
  }

  private ofChannel(channel: string, event: CloudEvent<unknown>): Situation {
    const common = { pattern: 'broadcast', channel } as const;
    if (this.memberships.hasLeft(channel)) return { ...common, handlers: undefined, early: false };
    const joined = this.inChannels.get(channel);
    const early = !joined || joined.isEmpty;
    const misfit = this.memberships.misfitOf(channel, event);
    return { ...common, handlers: early ? this.direct : joined, early, ...(misfit && { misfit }) };
  }
}
