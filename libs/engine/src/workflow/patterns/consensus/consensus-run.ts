import { type Consensus, type JsonValue, type TaskError } from '@baton/contracts';
import {
  type ChildPlan,
  type PatternChild,
  type PatternEnd,
  type PatternGiven,
  type PatternMove,
  type PatternRun,
} from '../pattern';
import { hasEnded } from '../ended-child';
import { askedAgain, type ConsensusMemo, openMemo, withGrace } from './consensus-memo';
import { standing } from './groups';
import { candidatesOf, noteOf, notReached } from './outcome';
import { readMark, readVote } from './read-vote';
import { reportOf } from './report';
import { type Ballot, isLost, isSettled, measureOf, verdictOf } from './verdict';
import { distinctVoters, type Vote } from './vote';

/**
 * Asks in rounds and counts. Rules:
 * C1 In one round no agent has two votes: the tasks are spread, and the names are looked at again.
 * C2 Who fails abstains, and was asked all the same: a majority is one of `agents`.
 * C3 When nothing can change the verdict any more, those still at work get a grace and are stopped then.
 * C4 What cannot be compared agrees with nothing; what cannot be weighed weighs nothing. One who answers nonsense
 *    spoils its own vote only.
 * C5 A retry of the run asks those again who gave no answer, if that can decide; else it asks everybody anew, as if
 *    nobody had been asked. A judge that failed is asked again.
 */
export class ConsensusRun implements PatternRun {
  private readonly votes: Vote[] = [];
  private readonly heard = new Map<number, PatternChild>();
  private readonly rounds: number;
  private round = 1;
  private judging = false;
  private judgement: Pick<Vote, 'answer' | 'mark'> | undefined;
  private memo!: ConsensusMemo;

  constructor(
    private readonly step: Consensus,
    private readonly given: PatternGiven,
  ) {
    this.rounds = step.rounds ?? 1;
  }

  async begin(now: Date): Promise<PatternMove> {
    await this.takeUp(this.given.memo, now);
    if (this.isRetried) {
      if (isLost(this.step, this.ballot())) await this.takeUp(null, now);
      else this.memo = askedAgain(this.memo, now);
    }
    return { memo: this.memo, ...this.ask(), ...this.goOn(now) };
  }

  private async takeUp(memo: JsonValue, now: Date): Promise<void> {
    const { children } = this.given;
    this.memo = openMemo(memo, children.length, now);
    this.round = Math.min(this.rounds, Math.max(1, Math.ceil((children.length - this.memo.from) / this.step.agents)));
    this.judging = children.length > this.judgeAt;
    this.votes.length = 0;
    this.heard.clear();
    for (const child of children) await this.hear(child);
  }

  /** Voters are started as soon as there are any: after a retry only some are there that are not. */
  private get isRetried(): boolean {
    return !this.judging && this.voters().some((index) => this.given.children[index]?.state === 'pending');
  }

  async ended(child: PatternChild, now: Date): Promise<PatternMove> {
    await this.hear(child);
    return this.goOn(now);
  }

  woken(now: Date): PatternMove {
    return this.goOn(now);
  }

  plan(index: number): ChildPlan {
    const round = this.roundOf(index);
    const answers = this.votesOf(round - 1).map(({ answer }) => answer);
    if (index < this.judgeAt) return { part: 0, variables: { round, answers }, submit: this.spread(round) };
    return { part: 1, variables: { round: this.rounds, answers, candidates: candidatesOf(this.step, this.ballot()) } };
  }

  /** The answer that is ahead. */
  get interim(): JsonValue {
    const leader = standing(this.ballot().votes, measureOf(this.step), this.step.compare)?.leader;
    return leader ? this.report(leader.center) : null;
  }

  private get judgeAt(): number {
    return this.memo.from + this.step.agents * this.rounds;
  }

  private roundOf(index: number): number {
    return Math.floor((index - this.memo.from) / this.step.agents) + 1;
  }

  /** Unique to the round and, by the time, to each start of the pattern: asked again, everybody may be asked. */
  private spread(round: number): { spreadKey: string } {
    return { spreadKey: `${this.given.key}#${round}@${this.memo.opened}` };
  }

  private async hear(child: PatternChild): Promise<void> {
    const { index, state, output } = child;
    if (index < this.memo.from || !hasEnded(child) || this.heard.has(index)) return;
    this.heard.set(index, child);
    if (state !== 'completed') return;
    if (index < this.judgeAt) this.votes.push(await readVote(this.step, this.given, child, this.roundOf(index)));
    else this.judgement = { answer: output, mark: await readMark(this.step, this.given, output) };
  }

  /** In the order of the voters. */
  private votesOf(round: number): readonly Vote[] {
    return this.votes.filter((vote) => vote.round === round).sort((one, other) => one.index - other.index);
  }

  private ballot(): Ballot {
    const open = this.voters().filter((index) => !this.heard.has(index)).length;
    return { votes: distinctVoters(this.votesOf(this.round)), open, isLast: this.round === this.rounds };
  }

  /** Indexes of the children of this round. */
  private voters(): number[] {
    const { agents } = this.step;
    return Array.from({ length: agents }, (_unused, at) => this.memo.from + (this.round - 1) * agents + at);
  }

  private ask(): PatternMove {
    if (this.judging) return { grow: this.judgeAt + 1, start: [this.judgeAt] };
    return { grow: this.memo.from + this.round * this.step.agents, start: this.voters() };
  }

  private goOn(now: Date): PatternMove {
    if (this.judging) return this.judged();
    const ballot = this.ballot();
    if (!isSettled(this.step, ballot)) {
      this.memo = { ...this.memo, until: null };
      return {};
    }
    const memo = withGrace(this.memo, now);
    this.memo = memo;
    if (ballot.open > 0 && now.getTime() < memo.until) return { memo, wakeAt: new Date(memo.until) };
    return this.close(ballot, now);
  }

  private close(ballot: Ballot, now: Date): PatternMove {
    const verdict = verdictOf(this.step, ballot);
    const notes = [noteOf(this.step, ballot, this.round, verdict)];
    if (verdict.kind === 'decided') return { notes, end: this.decided(verdict.group.center) };
    if (verdict.kind === 'undecided' && ballot.isLast) return { notes, ...this.undecided(ballot) };
    const stop = { indexes: this.voters(), reason: `Round ${this.round} is over.` };
    if (verdict.kind === 'judge') this.judging = true;
    else this.round += 1;
    this.memo = { ...this.memo, roundAt: now.getTime(), until: null };
    return { notes, stop, memo: this.memo, wakeAt: null, ...this.ask() };
  }

  private judged(): PatternMove {
    const judge = this.heard.get(this.judgeAt);
    if (!judge) return {};
    const { dissent } = this.report(this.judgement);
    if (this.judgement)
      return { notes: [{ what: 'judged', details: { dissent: [...dissent] } }], end: this.decided(this.judgement) };
    const why = judge.error ?? { code: 'STEP_CANCELED', message: 'it was canceled.', retryable: true };
    return { end: this.failed({ ...why, message: `The judge failed: ${why.message}` }) };
  }

  /** C5 */
  private undecided(ballot: Ballot): PatternMove {
    const errors = this.voters().map((index) => this.heard.get(index)?.error ?? null);
    const end = this.failed(notReached(this.step, ballot, errors.find((error) => error !== null) ?? null));
    const silent = this.voters().filter((index) => this.heard.get(index)?.state !== 'completed').length;
    return isLost(this.step, { ...ballot, open: silent }) ? { memo: null, end } : { end };
  }

  private decided(center: Pick<Vote, 'answer' | 'mark'>): PatternEnd {
    return { state: 'completed', output: this.report(center) };
  }

  private failed(error: TaskError): PatternEnd {
    return { state: 'failed', error, output: this.report(undefined) };
  }

  private report(decided: Pick<Vote, 'answer' | 'mark'> | undefined): ReturnType<typeof reportOf> {
    const votes = [...this.votes].sort((one, other) => one.index - other.index);
    return reportOf(this.step, { votes, round: this.round }, decided);
  }
}
