import {
  type AgentId,
  type Auction,
  type JsonObject,
  type JsonValue,
  type NamelessStep,
  type StepState,
  type TaskError,
} from '@baton/contracts';
import { type Bid, type Evaluation, type PatternChild, type PatternMove, type PatternRun } from '../pattern';
import { auction } from './auction';

type Child = { -readonly [Field in keyof PatternChild]: PatternChild[Field] };

export const now = new Date('2026-01-01T00:00:00Z');

export interface Script extends Partial<Omit<Auction, 'pattern'>> {
  readonly evaluate?: (path: string, variables: JsonObject) => Evaluation;
}

export function bid(name: string, more: Partial<Bid> = {}): Bid {
  const agent = { id: `id-${name}` as AgentId, name };
  return { agent, cost: 1, seconds: 1, confidence: 0.5, at: '2026-01-01T00:00:01.000Z', ...more };
}

export function step(more: Partial<Auction> = {}): NamelessStep {
  return { pattern: 'auction', capability: 'dig', ...more };
}

/** Plays the engine for one auction: keeps its children and its memo, and can take it up again from them. */
export class PlayedAuction {
  readonly moves: PatternMove[] = [];
  readonly children: Child[] = [];
  /** Agents of the children in the order in which they were started; null: an ordinary task. */
  readonly awarded: (string | null)[] = [];
  readonly notes: { readonly what: string; readonly details: JsonObject }[] = [];
  memo: JsonValue = null;
  call: PatternMove['call'];
  wakeAt: Date | null = null;
  end: PatternMove['end'];
  run!: PatternRun;

  constructor(readonly script: Script = {}) {}

  async reopen(): Promise<this> {
    const { evaluate, ...more } = this.script;
    const opened = auction.open({
      key: 'run/auction',
      params: {},
      step: step(more),
      failFast: true,
      children: this.children,
      memo: this.memo,
      evaluate: (path, variables) => Promise.resolve((evaluate as Required<Script>['evaluate'])(path, variables)),
    });
    this.run = (opened as Extract<typeof opened, { ok: true }>).run;
    this.call = undefined;
    this.apply(await this.run.begin(now));
    return this;
  }

  async bids(bids: readonly Bid[], closed = true): Promise<void> {
    if (closed) this.call = undefined;
    this.apply(await (this.run as Required<PatternRun>).bids(bids, closed, now));
  }

  async wake(): Promise<void> {
    this.apply(await (this.run as Required<PatternRun>).woken(now));
  }

  async finish(index: number, state: StepState, result: JsonValue | Partial<TaskError>): Promise<PatternMove> {
    const child = this.children[index] as Child;
    const error = { code: 'BOOM', message: 'boom', retryable: false, ...(result as Partial<TaskError>) };
    const isFailure = state !== 'completed' && result !== null;
    Object.assign(child, { state, error: isFailure ? error : null, output: isFailure ? null : result });
    const move = await this.run.ended(child, now);
    this.apply(move);
    return move;
  }

  /** What a retry of the run does to it. */
  async retry(): Promise<void> {
    const again = this.children.filter(({ state }) => state !== 'completed');
    for (const child of again) Object.assign(child, { state: 'pending', error: null, output: null });
    if (again.length === 0) this.memo = null;
    this.end = undefined;
    await this.reopen();
  }

  private apply(move: PatternMove): void {
    this.moves.push(move);
    for (let index = this.children.length; index < (move.grow ?? 0); index += 1) {
      this.children.push({ index, state: 'pending', output: null, error: null, agent: null });
    }
    for (const index of move.start ?? []) this.start(this.children[index] as Child);
    this.notes.push(...(move.notes ?? []));
    if (move.memo !== undefined) this.memo = JSON.parse(JSON.stringify(move.memo)) as JsonValue;
    if (move.wakeAt !== undefined) this.wakeAt = move.wakeAt;
    this.call = move.call ?? this.call;
    this.end = move.end ?? this.end;
  }

  private start(child: Child): void {
    if (child.state !== 'pending') return;
    child.state = 'queued';
    this.awarded.push(this.run.plan(child.index).submit?.agentId ?? null);
  }
}
