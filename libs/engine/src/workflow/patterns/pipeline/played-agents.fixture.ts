/** What the agents do with the children of a played pipeline. They know of ends before the pipeline does. */
export class PlayedAgents {
  /** Begun, in the order of their first time. */
  readonly begun = new Set<number>();
  /** At work now. */
  readonly atWork = new Set<number>();
  /** Wait for those to complete. */
  readonly waiting = new Map<number, number>();
  /** All that ever were sent ahead, by those they were to follow. */
  readonly followed = new Map<number, number>();
  /** Completed, and nobody has been told. */
  readonly quiet = new Set<number>();
  /** Taken back while at work: they may complete all the same. */
  readonly mayBeLate = new Set<number>();
  private readonly returned = new Set<number>();

  take(index: number, after: number | undefined): void {
    this.mayBeLate.delete(index);
    this.followed.delete(index);
    if (after === undefined) return this.begin(index);
    this.followed.set(index, after);
    expect([index, this.returned.has(after)]).toEqual([index, false]);
    if (this.quiet.has(after)) this.begin(index);
    else this.waiting.set(index, after);
  }

  /** It completes; nobody is told yet. */
  complete(index: number): void {
    this.atWork.delete(index);
    this.quiet.add(index);
    for (const [other, after] of this.waiting) if (after === index) this.begin(other);
  }

  /** It has ended, and that is told. */
  end(index: number, isCompleted: boolean): void {
    if (isCompleted) this.complete(index);
    this.forget(index);
  }

  /** What waited for one that ended otherwise waits for nothing: it is handed back. */
  isHandedBack(index: number): boolean {
    const after = this.waiting.get(index);
    return after !== undefined && !this.atWork.has(after) && !this.waiting.has(after);
  }

  giveBack(index: number): void {
    this.forget(index);
    this.returned.add(index);
    this.begin(index);
  }

  cancel(index: number): void {
    if (this.atWork.has(index) || this.quiet.has(index)) this.mayBeLate.add(index);
    this.forget(index);
  }

  private begin(index: number): void {
    this.waiting.delete(index);
    this.atWork.add(index);
    this.begun.add(index);
  }

  private forget(index: number): void {
    this.atWork.delete(index);
    this.waiting.delete(index);
    this.quiet.delete(index);
    this.returned.delete(index);
  }
}
