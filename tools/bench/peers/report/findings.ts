import { type Machine, type Reading } from '../../report';
import { collectSeries, type Series } from '../../report/series';

/** How long the jobs of a killed worker waited. */
export interface AfterKill {
  /** Until the last of them ran again; null: longer than it was waited for. */
  readonly ms: number | null;
  readonly waitedMs: number;
  readonly decidedBy: string;
}

/** What was found of Baton or one row of the peers. */
export interface RowReport {
  readonly name: string;
  readonly settings: string;
  readonly series: readonly Series[];
  readonly afterKill?: AfterKill;
  /** How many jobs waited where `drain` was measured. */
  readonly backlog?: number;
  /** What could not be measured, and why. */
  readonly errors: readonly string[];
}

/** What `--json` writes. */
export interface PeersReport {
  readonly at: string;
  readonly machine: Machine;
  readonly options: { readonly runs: number; readonly quick: boolean };
  readonly rows: readonly RowReport[];
  /** The largest share of the machine that something else took during a run of Baton's. */
  readonly others: number;
}

/** Collects what the runs find about one row. */
export class Findings {
  private readonly runs: (readonly Reading[])[] = [];
  private readonly errors: string[] = [];
  private killed: AfterKill | undefined;

  constructor(
    readonly name: string,
    private readonly settings: string,
    private readonly backlog?: number,
  ) {}

  add(readings: readonly Reading[]): void {
    this.runs.push(readings);
  }

  addAfterKill(killed: AfterKill): void {
    this.killed = killed;
  }

  /** Does some work for this row; what goes wrong with it is reported, answered by nothing, and spoils no other row. */
  async during<Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.errors.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  report(): RowReport {
    return {
      name: this.name,
      settings: this.settings,
      series: collectSeries(
        this.name,
        this.runs.map((readings) => ({ readings })),
      ),
      ...(this.killed && { afterKill: this.killed }),
      ...(this.backlog !== undefined && { backlog: this.backlog }),
      errors: this.errors,
    };
  }
}
