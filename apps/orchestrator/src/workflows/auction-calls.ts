import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { BrokerUnavailableError, createValidator, outgoing, routes, type Target, UnroutableError } from '@baton/bus';
import {
  type AgentSeen,
  auctionBid,
  type AuctionBid,
  auctionCall,
  type CloudEvent,
  type Submit,
} from '@baton/contracts';
import { type Bid, biddersFor } from '@baton/engine';
import { type Desk } from '../dispatch/desk';
import { type BidCall, type BidCalls, type StartBidCalls } from './bid-calls';

/** Between two looks for somebody who could bid. */
const LOOK_AGAIN_MS = 100;
/** Keys in the header of one publish, which has to fit into one frame. */
const CALLED_AT_ONCE = 1000;

const faultsOf = createValidator(auctionBid.schema);

export const startAuctionCalls: StartBidCalls = (desk, receive) => new AuctionCalls(desk, receive);

/**
 * Asks agents to bid, each call with one publish to the inboxes of all who could take the task. A call is closed when
 * all have answered or its window is over; while nobody is there who could bid, the window stays open for newcomers.
 */
class AuctionCalls implements BidCalls {
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly leaving = new AbortController();

  constructor(
    private readonly desk: Desk,
    private readonly receive: Parameters<StartBidCalls>[1],
  ) {
    // One per call under way, and each is taken off again.
    setMaxListeners(0, this.leaving.signal);
  }

  call(call: BidCall): void {
    if (this.leaving.signal.aborted || this.underWay.has(call.callId)) return;
    const ended = this.hold(call).finally(() => this.underWay.delete(call.callId));
    this.underWay.set(call.callId, ended);
  }

  async stop(): Promise<void> {
    this.leaving.abort();
    await Promise.all(this.underWay.values());
  }

  /** A term that cannot store the bids is over; the next one calls again. */
  private async hold(call: BidCall): Promise<void> {
    const { workflowId, key, callId } = call;
    const bids = await this.bidsFor(call);
    if (this.leaving.signal.aborted) return;
    await this.receive([{ workflowId, event: { kind: 'bids', key, callId, bids, closed: true } }]).catch(
      () => undefined,
    );
  }

  /** What keeps a call from being sent at all counts as nobody having bid. */
  private async bidsFor(call: BidCall): Promise<Bid[]> {
    try {
      return await this.collect(call, performance.now() + call.windowMs);
    } catch (err) {
      if (this.leaving.signal.aborted) return [];
      if (err instanceof BrokerUnavailableError) return this.askLater(call);
      this.desk.logger.warn({ event: 'auction.call', callId: call.callId, err }, 'agents could not be asked to bid');
      return [];
    }
  }

  private async askLater(call: BidCall): Promise<Bid[]> {
    await this.connected().catch(() => undefined);
    return this.leaving.signal.aborted ? [] : this.bidsFor(call);
  }

  private async collect(call: BidCall, endsAt: number): Promise<Bid[]> {
    try {
      return await this.askAll(call, endsAt);
    } catch (error) {
      if (!(error instanceof UnroutableError) || performance.now() >= endsAt) throw error;
      // The inboxes of all of them are away: they may come back.
      await delay(LOOK_AGAIN_MS, undefined, { signal: this.leaving.signal });
      return this.collect(call, endsAt);
    }
  }

  private async askAll({ callId, submit }: BidCall, endsAt: number): Promise<Bid[]> {
    const called = await this.bidders(submit, endsAt);
    const askedAt = this.desk.database.now().getTime();
    const { capability, input, timeoutSeconds } = submit;
    const withinMs = Math.max(1, endsAt - performance.now());
    const data = { callId, capability, input, windowMs: withinMs, ...(timeoutSeconds && { timeoutSeconds }) };
    const answers = await Promise.all(
      inGroups(called).map((group) => this.ask(group, outgoing(auctionCall, data), withinMs)),
    );
    return bidsIn(answers.flat(), { called, callId, between: [askedAt, this.desk.database.now().getTime()] });
  }

  /** Whoever is there, and else whoever comes first before the window is over. */
  private async bidders(submit: Submit, endsAt: number): Promise<readonly AgentSeen[]> {
    for (;;) {
      const found = biddersFor(this.desk.scheduler.pool, submit);
      const leftMs = endsAt - performance.now();
      if (found.length > 0 || leftMs <= 0) return found;
      await delay(Math.min(LOOK_AGAIN_MS, leftMs), undefined, { signal: this.leaving.signal });
    }
  }

  /** Rejects when the term ends. */
  private async ask(
    group: readonly AgentSeen[],
    message: ReturnType<typeof outgoing>,
    withinMs: number,
  ): Promise<readonly CloudEvent<unknown>[]> {
    const options = { withinMs, expect: group.length };
    return this.untilLeaving(this.desk.bus.gather(inboxes(group), message, options));
  }

  private connected(): Promise<void> {
    let off = (): void => undefined;
    const connected = new Promise<void>((resolve) => {
      off = this.desk.bus.on('connected', resolve);
      if (this.desk.bus.connected) resolve();
    });
    return this.untilLeaving(connected).finally(() => off());
  }

  private untilLeaving<Result>(work: Promise<Result>): Promise<Result> {
    const { signal } = this.leaving;
    return new Promise((resolve, reject) => {
      const leave = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }
}

function inboxes([first, ...others]: readonly AgentSeen[]): Target {
  const cc = others.map(({ agentId }) => agentId);
  return { ...routes.inbox((first as AgentSeen).agentId), ...(cc.length > 0 && { cc }) };
}

function inGroups(agents: readonly AgentSeen[]): (readonly AgentSeen[])[] {
  const count = Math.ceil(agents.length / CALLED_AT_ONCE);
  return Array.from({ length: count }, (_, at) => agents.slice(at * CALLED_AT_ONCE, (at + 1) * CALLED_AT_ONCE));
}

interface Asked {
  readonly called: readonly AgentSeen[];
  readonly callId: string;
  /** Since the epoch, in milliseconds: no bid was made outside. */
  readonly between: readonly [number, number];
}

/** The first of each agent that was called; what is no bid, or one for another call, counts for nothing. */
export function bidsIn(answers: readonly CloudEvent<unknown>[], { called, callId, between }: Asked): Bid[] {
  const waiting = new Map<string, AgentSeen>(called.map((agent) => [agent.agentId, agent]));
  return answers.flatMap(({ type, data, time }) => {
    if (type !== auctionBid.type || faultsOf(data).length > 0) return [];
    const { agentId: id, cost, seconds, confidence, ...bid } = data as AuctionBid;
    const agent = waiting.get(id);
    if (bid.callId !== callId || !agent || !waiting.delete(id)) return [];
    return [{ agent: { id, name: agent.name }, cost, seconds, confidence, at: timeWithin(time, between) }];
  });
}

function timeWithin(time: string | undefined, [first, last]: Asked['between']): string {
  const told = Date.parse(time ?? '');
  return new Date(Math.min(last, Math.max(first, Number.isNaN(told) ? last : told))).toISOString();
}
