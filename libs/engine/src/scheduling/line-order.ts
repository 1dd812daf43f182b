import { type ReadyLine } from './ready-line';
import { goesBefore, type ReadyTask } from './ready-queue';

/** Lines by their first tasks, for the length of one plan: a binary heap. Lines must not be empty at first. */
export class LineOrder {
  constructor(private readonly lines: ReadyLine[]) {
    for (let index = (lines.length >> 1) - 1; index >= 0; index -= 1) this.sink(index);
  }

  /** The line whose first task goes before all others. */
  first(): ReadyLine | undefined {
    return this.lines[0];
  }

  /** The first task of the first line has changed. */
  settle(): void {
    if (this.lines[0]?.open.peek()) this.sink(0);
    else this.drop();
  }

  /** The first line is not looked at again. */
  drop(): void {
    const last = this.lines.pop();
    if (last === undefined || this.lines.length === 0) return;
    this.lines[0] = last;
    this.sink(0);
  }

  private sink(start: number): void {
    const { lines } = this;
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= lines.length) return;
      const first = left + 1 < lines.length && this.isBefore(left + 1, left) ? left + 1 : left;
      if (!this.isBefore(first, index)) return;
      const line = lines[first] as ReadyLine;
      lines[first] = lines[index] as ReadyLine;
      lines[index] = line;
      index = first;
    }
  }

  private isBefore(one: number, other: number): boolean {
    return goesBefore(this.head(one), this.head(other));
  }

  private head(index: number): ReadyTask {
    return (this.lines[index] as ReadyLine).open.peek() as ReadyTask;
  }
}
