import { type JsonValue, type Pipeline, type Stage, type TaskError } from '@baton/contracts';
import { type ChildPlan, type PatternChild, type PatternGiven, type PatternMove, type PatternRun } from '../pattern';
import { type Passage, passageOf } from './item-passage';
import { StageLine } from './stage-line';

/**
 * The stages as lines of work. Rules:
 * L1 A stage works on at most `concurrency` items at once. An item it has done that finds the buffer of the next stage
 *    full keeps its slot, so a slow stage holds up those before it, one after the other.
 * L2 With the order kept, every stage takes items in the order of the list.
 * L3 Stages near the end go first: what is begun is finished before more is begun.
 * L4 An event costs as much as there are stages, however many items there are.
 */
export class PipelineRun implements PatternRun {
  readonly interim = null;
  private readonly lines: readonly StageLine[];
  private readonly passages: Passage[];
  private readonly lost: boolean[];
  private readonly stages: readonly Stage[];
  private left: number;
  private failure: TaskError | undefined;

  constructor(
    private readonly items: readonly JsonValue[],
    { stages, order }: Pipeline,
    private readonly given: PatternGiven,
  ) {
    this.stages = stages;
    this.lines = stages.map((stage, index) => lineOf(stage, order !== 'any' || index === 0));
    this.passages = new Array<Passage>(items.length * stages.length).fill('pending');
    this.lost = new Array<boolean>(items.length).fill(false);
    this.left = items.length;
    for (const item of items.keys()) this.restore(item);
  }

  begin(): PatternMove {
    return { grow: this.passages.length, ...this.goOn() };
  }

  ended(child: PatternChild): PatternMove {
    if (this.passages[child.index] !== 'active') return {};
    const stage = child.index % this.stages.length;
    const item = (child.index - stage) / this.stages.length;
    (this.lines[stage] as StageLine).running -= 1;
    const passage = passageOf(child);
    this.passages[child.index] = passage;
    if (passage === 'lost') return { ...this.lose(item, child), ...this.goOn() };
    this.pass(item, stage + 1);
    return this.goOn();
  }

  plan(index: number): ChildPlan {
    const stage = index % this.stages.length;
    const item = (index - stage) / this.stages.length;
    const previous = stage === 0 ? null : (this.given.children[index - 1] as PatternChild).output;
    return { part: stage, variables: { item: this.items[item] as JsonValue, index: item, previous } };
  }

  /** Where the item is now. */
  private restore(item: number): void {
    const first = item * this.stages.length;
    for (const [stage, line] of this.lines.entries()) {
      const child = this.given.children[first + stage];
      const passage = passageOf(child);
      this.passages[first + stage] = passage;
      if (passage === 'passed') continue;
      if (passage === 'lost') this.lose(item, child as PatternChild);
      else if (passage === 'active') line.running += 1;
      else this.pass(item, stage);
      return;
    }
    this.left -= 1;
  }

  /** The item has done all stages before this one. */
  private pass(item: number, stage: number): void {
    const line = this.lines[stage];
    if (line) line.come(item);
    else this.left -= 1;
  }

  /** Its later stages are not wanted any more. */
  private lose(item: number, child: PatternChild): PatternMove {
    const stage = child.index % this.stages.length;
    const end = child.index - stage + this.stages.length;
    this.failure ??= this.failureOf(item, stage, child.error);
    this.lost[item] = true;
    this.left -= 1;
    const indexes = Array.from({ length: end - child.index - 1 }, (_unused, after) => child.index + 1 + after);
    return { stop: { indexes, reason: `Item ${item} failed in ${this.nameOf(stage)}.` } };
  }

  private failureOf(item: number, stage: number, error: TaskError | null): TaskError {
    const where = `${this.nameOf(stage)} of item ${item}`;
    if (error === null) return { code: 'STEP_CANCELED', message: `${where} was canceled.`, retryable: true };
    return { ...error, message: `${where}: ${error.message}` };
  }

  private nameOf(stage: number): string {
    return this.stages[stage]?.id ?? `stage ${stage}`;
  }

  private goOn(): PatternMove {
    const { failure } = this;
    if (failure && this.given.failFast) return { end: { state: 'failed', error: failure } };
    if (this.left > 0) return { start: this.takeAll() };
    if (failure && this.given.step.optional !== true) return { end: { state: 'failed', error: failure } };
    return { end: { state: 'completed', output: null } };
  }

  private takeAll(): number[] {
    const started: number[] = [];
    for (let stage = this.stages.length - 1; stage >= 0; stage -= 1) this.take(stage, started);
    if (started.length === 0 && this.lines.every(({ running }) => running === 0)) this.takeOne(started);
    return started;
  }

  private take(stage: number, started: number[]): void {
    const line = this.lines[stage] as StageLine;
    const after = this.lines[stage + 1];
    while (line.running + (after?.over ?? 0) < line.concurrency && this.takeNext(stage, started));
  }

  /** Of a pipeline taken up again, slots may be kept by items that have to let one pass that is to be done again. */
  private takeOne(started: number[]): void {
    for (let stage = this.stages.length - 1; !this.takeNext(stage, started); stage -= 1);
  }

  private takeNext(stage: number, started: number[]): boolean {
    const line = this.lines[stage] as StageLine;
    const item = line.next(this.items.length, this.isHere(stage), this.isGone(stage));
    if (item === undefined) return false;
    line.take();
    const index = item * this.stages.length + stage;
    this.passages[index] = 'active';
    started.push(index);
    return true;
  }

  private isHere(stage: number): (item: number) => boolean {
    const { length } = this.stages;
    return (item) => stage === 0 || this.passages[item * length + stage - 1] === 'passed';
  }

  private isGone(stage: number): (item: number) => boolean {
    const { length } = this.stages;
    return (item) => this.lost[item] === true || this.passages[item * length + stage] !== 'pending';
  }
}

function lineOf({ concurrency = 1, buffer = 2 * concurrency }: Stage, kept: boolean): StageLine {
  return new StageLine(concurrency, buffer, kept);
}
