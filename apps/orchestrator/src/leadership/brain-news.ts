import {
  agentHeartbeat,
  type AgentHeartbeat,
  agentPresence,
  type AgentPresence,
  brainHint,
  type BrainHint,
} from '@baton/contracts';
import { type Bus, type Delivery, queues, type Subscription } from '@baton/bus';

export interface BrainNews {
  heartbeat(beat: AgentHeartbeat): void;
  presence(presence: AgentPresence): void;
  hint(hint: BrainHint): void;
}

/** Subscribes to all the brain listens to besides results. Nothing of it is durable: the database has the facts. */
export async function consumeNews(bus: Bus, owner: string, news: BrainNews): Promise<Subscription[]> {
  const each =
    <Data>(take: (data: Data) => void) =>
    (delivery: Delivery) => {
      for (const event of delivery.events) take(event.data as Data);
      return 'done' as const;
    };
  return Promise.all([
    bus.consume(
      queues.heartbeats(owner, ['agent']),
      each<AgentHeartbeat>((beat) => news.heartbeat(beat)),
      {
        noAck: true,
        kinds: [agentHeartbeat],
      },
    ),
    bus.consume(
      queues.events(owner, ['agent.*']),
      each<AgentPresence>((presence) => news.presence(presence)),
      {
        noAck: true,
        kinds: [agentPresence],
      },
    ),
    bus.consume(
      queues.brain(owner),
      each<BrainHint>((hint) => news.hint(hint)),
      { noAck: true, kinds: [brainHint] },
    ),
  ]);
}
