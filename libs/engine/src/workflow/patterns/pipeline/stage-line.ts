/**
 * The place before one stage. Items come in when the stage before has done them, and leave when this one takes them.
 * With `kept` they leave in the order of the list, else in that of their coming.
 */
export class StageLine {
  running = 0;
  /** Items that came and were not taken, those in the buffer and those that did not fit in. */
  waiting = 0;
  private readonly came: number[] = [];
  private taken = 0;

  constructor(
    readonly concurrency: number,
    readonly buffer: number,
    private readonly kept: boolean,
  ) {}

  /** Items that found no place in the buffer: they keep the slots of the stage before. */
  get over(): number {
    return Math.max(0, this.waiting - this.buffer);
  }

  come(item: number): void {
    this.waiting += 1;
    if (!this.kept) this.came.push(item);
  }

  /** The next item; undefined: none may be taken. `isHere`: it came; `isGone`: it was taken before, or never comes. */
  next(items: number, isHere: (item: number) => boolean, isGone: (item: number) => boolean): number | undefined {
    if (!this.kept) return this.came[this.taken];
    while (this.taken < items && isGone(this.taken)) this.taken += 1;
    return this.taken < items && isHere(this.taken) ? this.taken : undefined;
  }

  take(): void {
    this.taken += 1;
    this.waiting -= 1;
    this.running += 1;
  }
}
