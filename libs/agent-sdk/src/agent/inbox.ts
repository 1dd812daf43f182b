import { type Bus, type Delivery, queues, type Replier, type Subscription } from '@baton/bus';
import {
  agentDrain,
  type AgentDrain,
  type AgentId,
  agentPing,
  type AgentPing,
  agentReregister,
  auctionCall,
  type AuctionCall,
  type CloudEvent,
  type MessageKind,
  taskAssigned,
  type TaskAssigned,
  taskCanceled,
  type TaskCanceled,
  tolerant,
} from '@baton/contracts';

export interface InboxHandlers {
  assign(task: TaskAssigned): void;
  cancel(order: TaskCanceled): void;
  /** Answers by `reply`. */
  bid(call: AuctionCall, reply: Replier): void;
  reregister(): void;
  drain(order: AgentDrain): void;
  /** Somebody has to know now what the agent holds. */
  beat(): void;
  /** Whether this AMQP user may give orders; the inbox passes over what others send. */
  trusts(user: string | undefined, order: string): boolean;
}

/** The mesh is upgraded before its agents: what it says may have gained fields. */
const orders: readonly MessageKind<unknown>[] = [
  ...[taskAssigned, taskCanceled, auctionCall],
  ...[agentPing, agentReregister, agentDrain],
];
const kinds = orders.map(tolerant);

/**
 * Consumes the agent's own queue. It is exclusive and gone with the connection, so that a message to a dead agent comes
 * back at once; nothing is acked (I6). The bus has checked every message against the schema of its kind.
 */
export function openInbox(bus: Bus, agentId: AgentId, handlers: InboxHandlers): Promise<Subscription> {
  const take = (delivery: Delivery): 'done' => {
    for (const event of delivery.events) {
      if (!isMerePing(event) && !handlers.trusts(delivery.user, event.type)) continue;
      if (event.type === auctionCall.type) bid(event.data as AuctionCall, delivery, handlers);
      else dispatch(event, handlers);
    }
    return 'done';
  };
  return bus.consume(queues.inbox(agentId), take, { noAck: true, kinds });
}

/** That it arrived is the answer: it orders nothing. */
function isMerePing({ type, data }: CloudEvent<unknown>): boolean {
  return type === agentPing.type && !(data as AgentPing).beat;
}

function bid(call: AuctionCall, delivery: Delivery, handlers: InboxHandlers): void {
  const reply = delivery.replier();
  if (reply) handlers.bid(call, reply);
}

function dispatch(event: CloudEvent<unknown>, handlers: InboxHandlers): void {
  switch (event.type) {
    case taskAssigned.type:
      return handlers.assign(event.data as TaskAssigned);
    case taskCanceled.type:
      return handlers.cancel(event.data as TaskCanceled);
    case agentReregister.type:
      return handlers.reregister();
    case agentDrain.type:
      return handlers.drain(event.data as AgentDrain);
    default: // a ping: that it arrived was the answer
      if ((event.data as AgentPing).beat) handlers.beat();
  }
}
