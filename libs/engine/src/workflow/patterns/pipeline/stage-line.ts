import { type Stage } from '@baton/contracts';

/** What a stage says of itself. */
interface StageTerms {
  readonly concurrency: number;
  readonly buffer: number;
  /** Items leave the place before it in the order of the list, else in that of their coming. */
  readonly kept: boolean;
  /** It takes one at a time, and the next one can be sent ahead to wait for its turn at the agent. */
  readonly isSerial: boolean;
}

/**
 * One stage and the place before it. Items come in when the stage before has done them, and leave when this one takes
 * them. One that was sent ahead waits there until the one at work has ended.
 */
export class StageLine {
  running = 0;
  /** Items that came and are not at work, those in the buffer and those that did not fit in. */
  waiting = 0;
  /** Of a serial stage: the item at work, and the one that was sent ahead. The second comes later in the list. */
  front = 0;
  follower: number | undefined;
  private readonly came: number[] = [];
  private passed = 0;
  private isLeading = false;

  private constructor(readonly terms: StageTerms) {}

  static of(stage: Stage, kept: boolean): StageLine {
    const { concurrency = 1, buffer = 2 * concurrency } = stage;
    return new StageLine({ concurrency, buffer, kept, isSerial: concurrency === 1 && 'capability' in stage });
  }

  /** Items that found no place in the buffer: they keep the slots of the stage before. */
  get over(): number {
    return Math.max(0, this.waiting - this.terms.buffer);
  }

  /** Whether one may be sent ahead. */
  get mayLead(): boolean {
    return this.terms.isSerial && this.isLeading && this.follower === undefined;
  }

  come(item: number): void {
    this.waiting += 1;
    if (!this.terms.kept) this.came.push(item);
  }

  /** The next item; undefined: none may be taken. `isHere`: it came; `isGone`: it was taken before, or never comes. */
  next(items: number, isHere: (item: number) => boolean, isGone: (item: number) => boolean): number | undefined {
    const { came, terms } = this;
    const end = terms.kept ? items : came.length;
    const at = (place: number): number => (terms.kept ? place : (came[place] as number));
    while (this.passed < end && isGone(at(this.passed))) this.passed += 1;
    if (this.passed === end) return undefined;
    const item = at(this.passed);
    return isHere(item) ? item : undefined;
  }

  take(item: number): void {
    this.waiting -= 1;
    this.running += 1;
    this.front = item;
    this.isLeading = true;
  }

  /** Was taken or sent ahead before a restart; told in the order of the list. Of one alone it is not known how it is. */
  takeUp(item: number): void {
    this.come(item);
    if (this.terms.isSerial && this.running > 0) this.follower = item;
    else this.take(item);
    this.isLeading = false;
  }

  /** The item has left. The one sent ahead is at work now: if this one is lost, it will be handed back. */
  end(item: number, isDone: boolean): void {
    const { follower } = this;
    if (item === follower) {
      this.follower = undefined;
      return this.leave();
    }
    this.running -= 1;
    this.isLeading = false;
    if (follower === undefined) return;
    this.follower = undefined;
    this.take(follower);
    this.isLeading = isDone;
  }

  /** An item has left that was not at work, as far as it was known. */
  leave(): void {
    this.waiting -= 1;
  }

  /** The one at work is to be done again, or the one sent ahead was given back: nothing is sent ahead until it has ended. */
  returned(): void {
    this.isLeading = false;
  }

  /** The one sent ahead waits as if it had not been. */
  takeBack(): void {
    this.follower = undefined;
  }
}
