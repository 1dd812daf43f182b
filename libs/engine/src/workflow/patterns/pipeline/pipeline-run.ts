import { type JsonValue, type Pipeline, type Stage, type TaskError } from '@baton/contracts';
import { type ChildPlan, type PatternChild, type PatternGiven, type PatternMove, type PatternRun } from '../pattern';
import { failureOf, stopAfter } from './item-failure';
import { type Passage, passageOf } from './item-passage';
import { StageLine } from './stage-line';

/**
 * The stages as lines of work. Rules:
 * L1 A stage works on at most `concurrency` items at once. An item it has done that finds the buffer of the next stage
 *    full keeps its slot, so a slow stage holds up those before it, one after the other.
 * L2 With the order kept, every stage takes items in the order of the list.
 * L3 Stages near the end go first: what is begun is finished before more is begun.
 * L4 An event costs as much as there are stages, however many items there are.
 * L5 A stage of tasks that takes one item at a time sends the next one ahead while one is at work: it waits at the same
 *    agent, and begins when that one has completed. Until then it counts as waiting, so L1 and L2 hold. At most one, of
 *    those later in the list, and only if the item at work will find a place in the next buffer. When the task of one of
 *    the two goes back into the queue the one sent ahead is taken back, and none is until the one at work has ended.
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
    this.lines = stages.map((stage, index) => StageLine.of(stage, order !== 'any' || index === 0));
    this.passages = new Array<Passage>(items.length * stages.length).fill('pending');
    this.lost = new Array<boolean>(items.length).fill(false);
    this.left = items.length;
    for (const item of items.keys()) this.restore(item);
  }

  begin(): PatternMove {
    return { grow: this.passages.length, ...this.goOn() };
  }

  ended(child: PatternChild): PatternMove {
    const { stage, item, line } = this.placeOf(child.index);
    const before = this.passages[child.index];
    const passage = passageOf(child);
    if (before === 'active') line.end(item, passage === 'passed');
    else if (before === 'pending' && passage === 'passed') line.leave();
    else return {};
    this.passages[child.index] = passage;
    if (passage !== 'lost') {
      this.pass(item, stage + 1);
      return this.goOn();
    }
    this.lose(item, child);
    return { stop: stopAfter(child, this.stages), ...this.goOn() };
  }

  returned({ index }: PatternChild): PatternMove {
    const { stage, line } = this.placeOf(index);
    line.returned();
    return line.follower === undefined ? {} : { takeBack: [this.indexOf(line.follower, stage)] };
  }

  assigned(): PatternMove {
    return this.goOn();
  }

  takenBack({ index }: PatternChild): void {
    this.passages[index] = 'pending';
    this.placeOf(index).line.takeBack();
  }

  plan(index: number): ChildPlan {
    const { stage, item, line } = this.placeOf(index);
    const previous = stage === 0 ? null : (this.given.children[index - 1] as PatternChild).output;
    return {
      part: stage,
      variables: { item: this.items[item] as JsonValue, index: item, previous },
      ...(line.follower === item && { after: this.indexOf(line.front, stage) }),
    };
  }

  private placeOf(index: number): { stage: number; item: number; line: StageLine } {
    const stage = index % this.stages.length;
    return { stage, item: (index - stage) / this.stages.length, line: this.lines[stage] as StageLine };
  }

  private indexOf(item: number, stage: number): number {
    return item * this.stages.length + stage;
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
      else if (passage === 'active') line.takeUp(item);
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

  private lose(item: number, child: PatternChild): void {
    this.failure ??= failureOf(child, this.stages);
    this.lost[item] = true;
    this.left -= 1;
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
    for (let stage = this.stages.length - 1; stage >= 0; stage -= 1) this.sendAhead(stage, started);
    return started;
  }

  private take(stage: number, started: number[]): void {
    const line = this.lines[stage] as StageLine;
    const after = this.lines[stage + 1];
    while (line.running + (after?.over ?? 0) < line.terms.concurrency && this.takeNext(stage, started));
  }

  /** Of a pipeline taken up again, slots may be kept by items that have to let one pass that is to be done again. */
  private takeOne(started: number[]): void {
    for (let stage = this.stages.length - 1; !this.takeNext(stage, started); stage -= 1);
  }

  private takeNext(stage: number, started: number[]): boolean {
    const item = this.nextOf(stage);
    if (item === undefined) return false;
    (this.lines[stage] as StageLine).take(item);
    this.start(item, stage, started);
    return true;
  }

  /** L5 */
  private sendAhead(stage: number, started: number[]): void {
    const line = this.lines[stage] as StageLine;
    const after = this.lines[stage + 1];
    if (!line.mayLead || (after && after.waiting >= after.terms.buffer)) return;
    const item = this.nextOf(stage);
    if (item === undefined || item < line.front) return;
    line.follower = item;
    this.start(item, stage, started);
  }

  private nextOf(stage: number): number | undefined {
    const line = this.lines[stage] as StageLine;
    return line.next(this.items.length, this.isHere(stage), this.isGone(stage));
  }

  private start(item: number, stage: number, started: number[]): void {
    const index = this.indexOf(item, stage);
    this.passages[index] = 'active';
    started.push(index);
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
