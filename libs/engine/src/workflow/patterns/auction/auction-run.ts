import { type AgentId, type Auction, type JsonObject, type JsonValue, type TaskError } from '@baton/contracts';
import { hasEnded } from '../ended-child';
import {
  type Bid,
  type ChildPlan,
  type PatternChild,
  type PatternGiven,
  type PatternMove,
  type PatternNote,
  type PatternRun,
} from '../pattern';
import { anew, asBid, type AuctionMemo, readMemo, withCall } from './auction-memo';
import { decideCall } from './decide-call';
import { hasWithdrawn } from './withdrawal';

/** A call that was not closed so long after its window got lost. */
const GRACE_MS = 5000;

/**
 * One auction. A call is decided when it is closed, with the bids there are; each agent has one bid, its first. Nobody
 * bids: there is another call, up to `calls`. The winner withdraws: the next best bid of the same call, then another
 * call. The work of the winner fails: so does the auction.
 */
export class AuctionRun implements PatternRun {
  private memo: AuctionMemo;
  /** Of the open call, by agent. Not stored: after a restart all are asked again. */
  private readonly offers = new Map<string, Bid>();

  constructor(
    private readonly step: Auction,
    private readonly given: PatternGiven,
  ) {
    this.memo = readMemo(given.memo);
  }

  get interim(): JsonValue {
    const winner = this.winner();
    return winner === null ? null : { winner, bids: this.memo.bids, calls: this.memo.calls };
  }

  begin(now: Date): PatternMove {
    if (this.memo.over || this.memo.calls === 0) return this.beginAnew(now);
    if (this.memo.open) return this.ask(now);
    const index = this.memo.awards.length - 1;
    const child = this.given.children[index];
    return child && hasEnded(child) ? this.ended(child, now) : { grow: index + 1, start: [index] };
  }

  async bids(bids: readonly Bid[], closed: boolean, now: Date): Promise<PatternMove> {
    if (!this.memo.open) return this.keep({ ...this.memo, late: this.memo.late + bids.length });
    for (const bid of bids) if (!this.offers.has(bid.agent.id)) this.offers.set(bid.agent.id, bid);
    return closed ? this.decide(now) : {};
  }

  async woken(now: Date): Promise<PatternMove> {
    if (!this.memo.open) return {};
    return this.offers.size === 0 ? this.ask(now) : this.decide(now);
  }

  ended(child: PatternChild, now: Date): PatternMove {
    if (child.index !== this.memo.awards.length - 1 || this.memo.open) return {};
    if (child.state === 'completed') return this.finish(child.output);
    const agent = this.memo.awards[child.index] ?? null;
    if (agent !== null && hasWithdrawn(child)) return this.withdraw(agent, child, now);
    return this.fail(
      child.error ?? { code: 'STEP_CANCELED', message: 'The awarded task was canceled.', retryable: true },
    );
  }

  plan(index: number): ChildPlan {
    const agentId = this.memo.awards[index] as AgentId | null;
    return { part: 0, variables: {}, ...(agentId !== null && { submit: { agentId } }) };
  }

  /** Children that have not run, because a retry took them back, are given to others. */
  private beginAnew(now: Date): PatternMove {
    const { children } = this.given;
    const fresh = children.findIndex((child) => !hasEnded(child));
    this.memo = anew(this.memo, fresh < 0 ? children.length : fresh);
    return this.callAgain(now);
  }

  private callAgain(now: Date): PatternMove {
    this.offers.clear();
    return { ...this.keep(withCall(this.memo)), ...this.ask(now) };
  }

  private ask(now: Date): PatternMove {
    const windowMs = 1000 * (this.step.windowSeconds ?? 2);
    const call = { callId: `${this.given.key}#${this.memo.calls}`, part: 0, variables: {}, windowMs };
    return { call, wakeAt: new Date(now.getTime() + windowMs + GRACE_MS) };
  }

  private async decide(now: Date): Promise<PatternMove> {
    const { withdrawn } = this.memo;
    const decided = await decideCall(this.step, [...this.offers.values()], withdrawn, (path, variables) =>
      this.given.evaluate(path, variables),
    );
    if (!decided.ok) return this.fail(decided.error);
    const { bids } = decided;
    this.memo = { ...this.memo, open: false, bids };
    const few = bids.filter(({ accepted }) => accepted).length < (this.step.minimumBids ?? 1);
    return few ? this.goWithout(now) : this.awardNext(now, []);
  }

  private withdraw(agentId: string, child: PatternChild, now: Date): PatternMove {
    this.memo = { ...this.memo, withdrawn: [...this.memo.withdrawn, agentId] };
    const reason = child.error?.message ?? null;
    return this.awardNext(now, [{ what: 'withdrawn', details: { agent: agentId, reason } }]);
  }

  /** To the best bid of the last call that is left. */
  private awardNext(now: Date, before: readonly PatternNote[]): PatternMove {
    const { bids, awards, withdrawn, calls } = this.memo;
    const winner = bids.find(({ accepted, agent }) => accepted && !withdrawn.includes(agent.id));
    if (winner === undefined) return this.goWithout(now, before);
    const note = { what: 'awarded', details: { winner: winner.agent, score: winner.score, call: calls, bids } };
    return this.award({ ...this.memo, awards: [...awards, winner.agent.id] }, [...before, note]);
  }

  /** Nobody is left to give it to. */
  private goWithout(now: Date, before: readonly PatternNote[] = []): PatternMove {
    const { calls, tries, bids, awards } = this.memo;
    const notes = [...before, { what: 'no-bids', details: { call: calls, bids } }];
    if (tries < (this.step.calls ?? 2)) return { ...this.callAgain(now), notes };
    if (this.step.onNoBids === 'dispatch') return this.award({ ...this.memo, awards: [...awards, null] }, notes);
    return { ...this.fail(this.noBids()), notes };
  }

  private award(memo: AuctionMemo, notes: readonly PatternNote[]): PatternMove {
    const index = memo.awards.length - 1;
    return { ...this.keep(memo), grow: index + 1, start: [index], wakeAt: null, notes };
  }

  private finish(output: JsonValue): PatternMove {
    const { bids, calls, late } = this.memo;
    return { end: { state: 'completed', output: { output, winner: this.winner(), bids, calls, late } } };
  }

  private fail(error: TaskError): PatternMove {
    return { ...this.keep({ ...this.memo, open: false, over: true }), wakeAt: null, end: { state: 'failed', error } };
  }

  private noBids(): TaskError {
    const { tries, bids, withdrawn } = this.memo;
    const { capability, minimumBids = 1 } = this.step;
    const left = bids.filter(({ accepted, agent }) => accepted && !withdrawn.includes(agent.id)).length;
    const message = `Nobody is left to do ${capability}: of the ${bids.length} bids of the last call (number ${tries}) ${left} can be taken, at least ${minimumBids} must. Start agents that offer it, accept more, or set onNoBids: dispatch.`;
    return { code: 'NO_BIDS', message, retryable: true };
  }

  private winner(): JsonObject | null {
    const agentId = this.memo.awards.at(-1);
    const bid = this.memo.bids.find(({ agent }) => agent.id === agentId);
    return bid === undefined ? null : { agent: bid.agent, bid: asBid(bid), score: bid.score };
  }

  private keep(memo: AuctionMemo): Pick<PatternMove, 'memo'> {
    this.memo = memo;
    return { memo };
  }
}
