import { type JsonValue, type NamelessStep, type Stage, type StepState } from '@baton/contracts';
import { type PatternChild, type PatternMove, type PatternRun } from '../pattern';
import { pipeline } from './pipeline';
import { PlayedAgents } from './played-agents.fixture';

export type Child = { -readonly [Field in keyof PatternChild]: PatternChild[Field] };

export interface Script {
  readonly stages: readonly Partial<Stage>[];
  readonly items: JsonValue;
  readonly order?: 'kept' | 'any';
  readonly optional?: boolean;
  readonly failFast?: boolean;
}

const now = new Date('2026-01-01T00:00:00Z');

/** Plays the engine for one pipeline: keeps its children, applies its moves, and can take it up again from them. */
export class PlayedPipeline {
  /** Also those that were taken back since. */
  readonly started: number[] = [];
  readonly takenBack: number[] = [];
  readonly agents = new PlayedAgents();
  end: PatternMove['end'];
  run!: PatternRun;

  constructor(
    readonly script: Script,
    readonly children: Child[] = [],
    /** Whether the agent that has that child would take another one; default: none does. */
    public mayFollow: (index: number) => boolean = () => false,
  ) {
    this.reopen();
  }

  get step(): NamelessStep {
    const { order, optional } = this.script;
    const stages = this.script.stages.map((stage) => ('workflow' in stage ? stage : { capability: 'do', ...stage }));
    return { pattern: 'pipeline', items: 'input.list', stages, order, optional } as NamelessStep;
  }

  get output(): JsonValue | undefined {
    return pipeline.outputOf?.(this.children, this.step);
  }

  reopen(): void {
    const { items, failFast = true } = this.script;
    const { children, step } = this;
    const evaluate = () => Promise.resolve({ ok: true as const, value: null });
    const opened = pipeline.open({ key: 'k', params: { items }, step, failFast, children, memo: null, evaluate });
    this.run = (opened as Extract<typeof opened, { ok: true }>).run;
    this.apply(this.run.begin(now) as PatternMove);
  }

  /** Children that were started and have not ended, as far as it is known. */
  get active(): Child[] {
    return this.children.filter(({ state }) => state === 'queued');
  }

  finish(index: number, state: StepState = 'completed', error: PatternChild['error'] = null): void {
    const child = this.children[index] as Child;
    Object.assign(child, { state, error, output: state === 'completed' ? `done ${index}` : null });
    this.agents.end(index, state === 'completed');
    this.apply(this.run.ended(child, now) as PatternMove);
  }

  /** Its task goes back into the queue. */
  giveBack(index: number): PatternMove {
    const move = this.run.returned?.(this.children[index] as Child, now) as PatternMove;
    this.apply(move);
    if (this.children[index]?.state === 'queued') this.agents.giveBack(index);
    return move;
  }

  /** Its task has come to an agent. */
  assign(index: number): void {
    this.apply(this.run.assigned?.(this.children[index] as Child, now) as PatternMove);
  }

  private apply(move: PatternMove): void {
    this.grow(move.grow);
    for (const index of move.takeBack ?? []) this.takeBack(this.children[index] as Child);
    for (const index of move.start ?? []) this.start(this.children[index] as Child);
    if (move.stop) for (const index of move.stop.indexes) this.stop(this.children[index] as Child, move.stop.reason);
    if (move.end) this.end = move.end;
  }

  private grow(size = 0): void {
    for (let index = this.children.length; index < size; index += 1) {
      this.children.push({ index, state: 'pending', output: null, error: null, agent: null });
    }
  }

  private start(child: Child): void {
    const { index } = child;
    const { after } = this.run.plan(index);
    if (after !== undefined && !this.canFollow(after)) return this.run.takenBack?.(child);
    expect([index, child.state]).toEqual([index, 'pending']);
    child.state = 'queued';
    this.started.push(index);
    this.agents.take(index, after);
  }

  private canFollow(leader: number): boolean {
    return this.children[leader]?.state === 'queued' && this.mayFollow(leader);
  }

  private takeBack(child: Child): void {
    expect(child.state).toBe('queued');
    child.state = 'pending';
    this.takenBack.push(child.index);
    this.agents.cancel(child.index);
    this.run.takenBack?.(child);
  }

  private stop(child: Child, message: string): void {
    Object.assign(child, { state: 'skipped', error: { code: 'STOPPED', message, retryable: false } });
    this.apply(this.run.ended(child, now) as PatternMove);
  }
}
