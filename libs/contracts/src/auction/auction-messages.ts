import { type AgentId } from '../ids';
import { type JsonValue } from '../json';
import { defineMessage } from '../message';
import { anyJson, name, object, text, uuid } from '../schema-parts';

const callId = { type: 'string', minLength: 1, maxLength: 2000 };

/** Orchestrator → inboxes (request, one publish to all who could take the task): what would you do this for? */
export interface AuctionCall {
  /** Of this call; the answer carries it. */
  readonly callId: string;
  readonly capability: string;
  /** What the task would get. */
  readonly input: JsonValue;
  /** Answers are taken this long, in milliseconds. */
  readonly windowMs: number;
  /** Time an attempt would have, in seconds; absent: the default of the mesh. */
  readonly timeoutSeconds?: number;
}
export const auctionCall = defineMessage<AuctionCall>({
  type: 'io.baton.auction.call.v1',
  summary: 'Asks an agent what it would do a task for. Answered by a bid or a decline; no answer is a decline.',
  schema: object({
    callId,
    capability: name,
    input: anyJson,
    windowMs: { type: 'number', minimum: 0 },
    'timeoutSeconds?': { type: 'number', exclusiveMinimum: 0 },
  }),
});

/** Agent → orchestrator (reply to call): sealed, one per agent and call. */
export interface AuctionBid {
  readonly callId: string;
  readonly agentId: AgentId;
  /** Cost units. */
  readonly cost: number;
  /** Until it would be done, waiting included. */
  readonly seconds: number;
  /** That it will do it well, 0 to 1. */
  readonly confidence: number;
}
export const auctionBid = defineMessage<AuctionBid>({
  type: 'io.baton.auction.bid.v1',
  summary: 'What an agent would do the task for.',
  schema: object({
    callId,
    agentId: uuid,
    cost: { type: 'number', minimum: 0 },
    seconds: { type: 'number', minimum: 0 },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
  }),
});

/** Agent → orchestrator (reply to call): not me. Saves the others the wait for the window to close. */
export interface AuctionDeclined {
  readonly callId: string;
  readonly agentId: AgentId;
  readonly reason: string;
}
export const auctionDeclined = defineMessage<AuctionDeclined>({
  type: 'io.baton.auction.declined.v1',
  summary: 'An agent does not want the task.',
  schema: object({ callId, agentId: uuid, reason: text }),
});
