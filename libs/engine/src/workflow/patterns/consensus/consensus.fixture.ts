import { type AgentId, type Consensus, type JsonObject, type JsonValue, type NamelessStep } from '@baton/contracts';
import {
  type ChildPlan,
  type Evaluation,
  type PatternChild,
  type PatternMove,
  type PatternNote,
  type PatternRun,
} from '../pattern';
import { consensus } from './consensus';
import { type ConsensusReport } from './report';

type Child = { -readonly [Field in keyof PatternChild]: PatternChild[Field] };

export const start = new Date('2026-01-01T00:00:00Z').getTime();

export function agentNamed(name: string): { readonly id: AgentId; readonly name: string } {
  return { id: `id-of-${name}` as AgentId, name };
}

/** Plays the engine for one consensus, on a clock of its own, with functions in the place of expressions. */
export class PlayedConsensus {
  readonly children: Child[] = [];
  readonly notes: PatternNote[] = [];
  readonly plans = new Map<number, ChildPlan>();
  end: PatternMove['end'];
  wakeAt: Date | null = null;
  memo: JsonValue = null;
  ms = 0;
  run!: PatternRun;
  readonly step: NamelessStep & Consensus;

  constructor(
    step: Partial<Consensus>,
    private readonly expressions: Record<string, (variables: JsonObject) => JsonValue> = {},
  ) {
    this.step = { pattern: 'consensus', capability: 'ask', agents: 3, ...step };
  }

  /** Also again, as after a restart. */
  async open(): Promise<this> {
    const { step, children, memo } = this;
    const evaluate = (path: string, variables: JsonObject) => Promise.resolve(this.evaluate(path, variables));
    const opened = consensus.open({ key: 'run/vote', params: {}, step, failFast: true, children, memo, evaluate });
    this.run = (opened as Extract<typeof opened, { ok: true }>).run;
    this.apply(await this.run.begin(this.now));
    return this;
  }

  get now(): Date {
    return new Date(start + this.ms);
  }

  get report(): ConsensusReport {
    return this.end?.output as unknown as ConsensusReport;
  }

  /** Children under way. */
  get active(): number[] {
    return this.children.filter(({ state }) => state === 'queued').map(({ index }) => index);
  }

  async answer(index: number, output: JsonValue, agent: string | null = `agent-${index}`): Promise<void> {
    const who = agent === null ? null : agentNamed(agent);
    await this.finish(index, { state: 'completed', output, agent: who });
  }

  async fail(index: number, message: string | null = 'no idea'): Promise<void> {
    const error = message === null ? null : { code: 'LOST', message, retryable: false };
    await this.finish(index, { state: 'failed', error });
  }

  /** As the engine does when the run is retried: what has not completed is pending again. */
  retry(): Promise<this> {
    for (const child of this.children) {
      if (child.state !== 'completed') Object.assign(child, { state: 'pending', error: null });
    }
    this.end = undefined;
    return this.open();
  }

  async wake(ms: number): Promise<void> {
    this.ms = ms;
    this.apply((await this.run.woken?.(this.now)) as PatternMove);
  }

  private async finish(index: number, change: Partial<Child>): Promise<void> {
    const child = Object.assign(this.children[index] as Child, change);
    this.apply(await this.run.ended(child, this.now));
  }

  private evaluate(path: string, variables: JsonObject): Evaluation {
    try {
      return { ok: true, value: this.expressions[path]?.(variables) ?? null };
    } catch {
      return { ok: false, error: { code: 'EXPRESSION_FAILED', message: 'no', retryable: false } };
    }
  }

  private apply(move: PatternMove): void {
    for (let index = this.children.length; index < (move.grow ?? 0); index += 1) {
      this.children.push({ index, state: 'pending', output: null, error: null, agent: null });
    }
    move.stop?.indexes.forEach((index) => this.stop(this.children[index] as Child));
    move.start?.forEach((index) => this.start(this.children[index] as Child));
    if (move.wakeAt !== undefined) this.wakeAt = move.wakeAt;
    if (move.memo !== undefined) this.memo = JSON.parse(JSON.stringify(move.memo)) as JsonValue;
    if (move.notes) this.notes.push(...move.notes);
    if (move.end) this.end = move.end;
  }

  private stop(child: Child): void {
    if (child.state === 'queued' || child.state === 'pending') child.state = 'canceled';
  }

  private start(child: Child): void {
    if (child.state !== 'pending') return;
    child.state = 'queued';
    this.plans.set(child.index, this.run.plan(child.index));
  }
}
