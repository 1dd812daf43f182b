import { type JsonValue, type NamelessStep, type Stage, type StepState } from '@baton/contracts';
import { type PatternChild, type PatternMove, type PatternRun } from '../pattern';
import { pipeline } from './pipeline';

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
  readonly started: number[] = [];
  /** Children that were submitted to begin after others, by those. */
  readonly sentAhead = new Map<number, number>();
  end: PatternMove['end'];
  run!: PatternRun;

  constructor(
    readonly script: Script,
    readonly children: Child[] = [],
    /** Whether the agent of that child would take another one; default: none does. */
    readonly mayFollow: (index: number) => boolean = () => false,
  ) {
    this.reopen();
  }

  get step(): NamelessStep {
    const { stages, order, optional } = this.script;
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

  /** Children that were started and have not ended. */
  get active(): Child[] {
    return this.children.filter(({ state }) => state === 'queued');
  }

  finish(index: number, state: StepState = 'completed', error: PatternChild['error'] = null): void {
    const child = this.children[index] as Child;
    Object.assign(child, { state, error, output: state === 'completed' ? `done ${index}` : null });
    this.apply(this.run.ended(child, now) as PatternMove);
  }

  private apply(move: PatternMove): void {
    for (let index = this.children.length; index < (move.grow ?? 0); index += 1) {
      this.children.push({ index, state: 'pending', output: null, error: null, agent: null });
    }
    for (const index of move.start ?? []) this.start(this.children[index] as Child);
    for (const index of move.stop?.indexes ?? []) this.stop(this.children[index] as Child, move.stop?.reason as string);
    if (move.end) this.end = move.end;
  }

  private start(child: Child): void {
    const { after } = this.run.plan(child.index);
    if (after !== undefined && !this.mayFollow(after)) return this.run.takenBack?.(child);
    if (after !== undefined) this.sentAhead.set(child.index, after);
    child.state = 'queued';
    this.started.push(child.index);
  }

  private stop(child: Child, message: string): void {
    Object.assign(child, { state: 'skipped', error: { code: 'STOPPED', message, retryable: false } });
    this.apply(this.run.ended(child, now) as PatternMove);
  }
}
