/** Something that may be closed early and is closed at the end anyway, but only once. */
export class OnceClosed<Thing extends { close(): Promise<void> }> {
  private closing: Promise<void> | undefined;

  constructor(private thing?: Thing) {}

  /** Throws while there is nothing. */
  get open(): Thing {
    if (!this.thing) throw new Error('It has not been opened');
    return this.thing;
  }

  set open(thing: Thing) {
    this.thing = thing;
  }

  close(): Promise<void> {
    this.closing ??= this.thing?.close() ?? Promise.resolve();
    return this.closing;
  }
}
