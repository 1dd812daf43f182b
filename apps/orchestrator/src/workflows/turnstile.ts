/** Lets one piece of work through at a time, in the order of arrival; a failure does not hold up the next. */
export class Turnstile {
  private last: Promise<unknown> = Promise.resolve();

  pass<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.last.then(work, work);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
