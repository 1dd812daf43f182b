import {
  agentHeartbeat,
  type AgentHeartbeat,
  agentPresence,
  type AgentPresence,
  brainHint,
  type BrainHint,
} from '@baton/contracts';
import { type Delivery, queues, type Subscription } from '@baton/bus';
import { type Desk } from '../dispatch/desk';

/** The AMQP user who registered an agent, as far as the brain knows. */
export interface Owners {
  ownerOf(agentId: string): string | null | undefined;
}

export interface BrainNews {
  heartbeat(beat: AgentHeartbeat): void;
  presence(presence: AgentPresence): void;
  hint(hint: BrainHint): void;
}

/**
 * Subscribes to all the brain listens to besides results. Nothing of it is durable: the database has the facts. What comes
 * from an AMQP user without the right to it is passed over, visibly.
 */
export async function consumeNews(
  desk: Pick<Desk, 'bus' | 'senders'>,
  owner: string,
  news: BrainNews,
  owners: Owners,
): Promise<Subscription[]> {
  const { bus, senders } = desk;
  const each =
    <Data>(take: (data: Data) => void, accepts: (data: Data, user: string | undefined) => boolean) =>
    ({ events, user }: Delivery) => {
      for (const { data } of events) if (accepts(data as Data, user)) take(data as Data);
      return 'done' as const;
    };
  const ownBeat = ({ agentId }: AgentHeartbeat, user: string | undefined): boolean =>
    senders.speaksFor({ agentId, owner: owners.ownerOf(agentId) }, user, 'heartbeat');
  return Promise.all([
    bus.consume(
      queues.heartbeats(owner, ['agent']),
      each<AgentHeartbeat>((beat) => news.heartbeat(beat), ownBeat),
      {
        noAck: true,
        kinds: [agentHeartbeat],
      },
    ),
    bus.consume(
      queues.events(owner, ['agent.*']),
      each<AgentPresence>(
        (presence) => news.presence(presence),
        (_, user) => senders.isService(user, 'presence'),
      ),
      {
        noAck: true,
        kinds: [agentPresence],
      },
    ),
    bus.consume(
      queues.brain(owner),
      each<BrainHint>(
        (hint) => news.hint(hint),
        (_, user) => senders.isService(user, 'hint'),
      ),
      { noAck: true, kinds: [brainHint] },
    ),
  ]);
}
