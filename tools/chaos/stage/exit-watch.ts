import { type NamedProcess } from '../../mesh';

const LOOK_EVERY_MS = 50;

/**
 * Sees processes end. One whose end was ordered is excused until it is back for good; any other end is a fault of the
 * mesh, for nothing that happens around a process is a reason for it to die.
 */
export class ExitWatch {
  /** What nobody asked for. */
  readonly unexpected: string[] = [];
  private known = new Map<string, number>();
  private readonly excused = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  /** `immune` names processes that may die at any time. */
  constructor(
    private readonly processes: () => readonly NamedProcess[],
    private readonly immune: (name: string) => boolean,
    private readonly now: () => number = () => performance.now(),
  ) {}

  start(): void {
    this.look();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    this.look();
    clearInterval(this.timer);
  }

  /** These may end, and be replaced, within that time. */
  excuse(names: readonly string[], withinMs: number): void {
    for (const name of names) this.excused.set(name, this.now() + withinMs);
  }

  look(): void {
    const present = new Map(this.processes().map(({ name, pid }) => [name, pid]));
    for (const [name, pid] of this.known) {
      if (present.get(name) === pid || this.mayEnd(name)) continue;
      this.unexpected.push(`${name} (pid ${pid}) ended although nobody attacked it`);
    }
    this.known = present;
  }

  private mayEnd(name: string): boolean {
    return this.immune(name) || (this.excused.get(name) ?? -Infinity) > this.now();
  }
}
