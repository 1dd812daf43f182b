import { type JsonValue, type Stage, type StepDocument, type StepState } from '@baton/contracts';
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

export const now = new Date('2026-01-01T00:00:00Z');

/** Plays the engine for one pipeline: keeps its children, applies its moves, and can take it up again from them. */
export class PlayedPipeline {
  readonly started: number[] = [];
  end: PatternMove['end'];
  run!: PatternRun;

  constructor(
    readonly script: Script,
    readonly children: Child[] = [],
  ) {
    this.reopen();
  }

  reopen(): void {
    const { stages, items, order, optional, failFast = true } = this.script;
    const step = { id: 'p', pattern: 'pipeline', items: 'input.list', stages, order, optional } as StepDocument;
    const { children } = this;
    const evaluate = (): never => {
      throw new Error('a pipeline evaluates nothing');
    };
    const opened = pipeline.open({ key: 'k', params: { items }, step, failFast, children, memo: null, evaluate });
    if (!opened.ok) throw new Error(opened.error.message);
    this.run = opened.run;
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
    if (child.state !== 'pending') return;
    child.state = 'queued';
    this.started.push(child.index);
  }

  private stop(child: Child, message: string): void {
    if (child.state !== 'pending') return;
    Object.assign(child, { state: 'skipped', error: { code: 'STOPPED', message, retryable: false } });
    this.apply(this.run.ended(child, now) as PatternMove);
  }
}
