import { type Delivery, type Outgoing, type PublishOutcome, type Target, type Verdict } from '../bus';
import { type Pattern } from '../messaging/messenger';
import { exchanges } from '../topology';

export type SentOutcome = PublishOutcome | 'failed';
export type RequestOutcome = 'answered' | 'refused' | 'unroutable' | 'timeout' | 'failed';
export type HandledOutcome = 'done' | 'retry' | 'rejected' | 'failed';

/** Hears what passes through a bus, by pattern. Called for each message: it must cost next to nothing. */
export interface BusMeter {
  /** `count`: the events of one publish. */
  sent(pattern: Pattern, outcome: SentOutcome, count: number): void;
  asked(outcome: RequestOutcome, seconds: number): void;
  /** `seconds`: from the time of the event, by the clock of its sender, to its handler. */
  delivered(pattern: Pattern, seconds: number): void;
  handled(pattern: Pattern, outcome: HandledOutcome, count: number): void;
}

const fanOut: ReadonlySet<string> = new Set([exchanges.events.name, exchanges.heartbeats.name]);

/** The pattern a message is sent by, as its address tells. */
export function patternTo({ exchange, cc }: Target): Pattern {
  return addressed(exchange) ?? (cc && cc.length > 0 ? 'multicast' : 'direct');
}

/** The pattern a message came by. */
export function patternOf(delivery: Delivery): Pattern {
  const byExchange = addressed(delivery.exchange);
  if (byExchange) return byExchange;
  if (delivery.replier()) return 'request-response';
  return 'CC' in delivery.headers ? 'multicast' : 'direct';
}

function addressed(exchange: string): Pattern | undefined {
  if (exchange === exchanges.channels.name) return 'broadcast';
  return fanOut.has(exchange) ? 'publish-subscribe' : undefined;
}

export function countOf(message: Outgoing | readonly Outgoing[]): number {
  return 'kind' in message ? 1 : message.length;
}

export function outcomeOf(verdict: Verdict): HandledOutcome {
  return typeof verdict === 'string' ? verdict : 'rejected';
}
