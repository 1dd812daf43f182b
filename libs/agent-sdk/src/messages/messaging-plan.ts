import { type JoinOptions, type MessageHandler, type SubscribeOptions } from '@baton/bus';
import { type Address, addressPattern, type AgentId } from '@baton/contracts';
import { ConfigurationError } from '@baton/observability';
import { type MessageReceiver } from './message-receiver';

interface Join {
  readonly channel: string;
  readonly handlers: readonly MessageHandler[];
  readonly options: JoinOptions;
}
interface Subscribe {
  readonly events: readonly string[];
  readonly handlers: readonly MessageHandler[];
  readonly options: SubscribeOptions;
}

/** What an agent listens to, settled before it connects. Without receivers it opens no queue for messages. */
export interface MessagingPlan {
  /** The name first, which memberships and the mailbox belong to; the id alone where the name cannot be an address. */
  readonly addresses: readonly [Address, ...Address[]];
  readonly direct: readonly MessageHandler[];
  readonly joins: readonly Join[];
  readonly subscriptions: readonly Subscribe[];
  readonly mailbox: boolean;
}

export interface MessagingWishes {
  readonly agentId: AgentId;
  readonly name: string;
  readonly receivers: readonly MessageReceiver[];
  /** Joined for the receivers of direct messages, when there are any. */
  readonly channels: readonly string[];
  readonly mailbox: boolean;
}

const address = new RegExp(addressPattern);
const rule = '1 to 100 letters, digits, dots, underscores and hyphens, the first a letter or digit';

/** Throws ConfigurationError with every fault of all receivers. */
export function planMessaging(wishes: MessagingWishes): MessagingPlan {
  const { agentId, name, mailbox, receivers } = wishes;
  const direct: MessageHandler[] = [];
  const joins: Join[] = [];
  const subscriptions: Subscribe[] = [];
  for (const { from, handlers } of receivers.map((one) => ({ from: one.from, handlers: one.handlers() }))) {
    if (!from) direct.push(...handlers);
    else if ('events' in from) subscriptions.push({ events: from.events, handlers, options: from });
    else joins.push({ channel: from.channel, handlers, options: { ...from, create: true } });
  }
  if (direct.length > 0) joins.push(...declared(wishes.channels, joins));
  const plan: MessagingPlan = {
    addresses: address.test(name) ? [name, agentId] : [agentId],
    ...{ direct, joins, subscriptions, mailbox },
  };
  const faults = [...receivers.flatMap(faultsOfReceiver), ...faultsOfPlan(plan, name)];
  if (faults.length > 0) throw new ConfigurationError(faults);
  return plan;
}

/** Channels without a receiver of their own are heard by those of direct messages. */
function declared(channels: readonly string[], joins: readonly Join[]): Join[] {
  const own = new Set(joins.map(({ channel }) => channel));
  return channels
    .filter((one) => !own.has(one))
    .map((channel) => ({ channel, handlers: [], options: { create: true } }));
}

function faultsOfReceiver(receiver: MessageReceiver): string[] {
  if (receiver.handlers().length > 0) return [];
  return [`receiver ${receiver.constructor.name}: handlers() gives none; give at least one, made with onMessage`];
}

function faultsOfPlan({ addresses, direct, joins, mailbox }: MessagingPlan, name: string): string[] {
  const faults = joins
    .filter(({ channel }) => !address.test(channel))
    .map(({ channel }) => `channel ${JSON.stringify(channel)}: the name must be ${rule}`);
  if (mailbox && direct.length === 0)
    faults.push('mailbox: nobody takes what waits in it; add a receiver of direct messages');
  if (addresses.length === 1 && (mailbox || joins.length > 0))
    faults.push(
      `name ${JSON.stringify(name)}: mailboxes and memberships belong to names; to have them the name must be ${rule}`,
    );
  return faults;
}
