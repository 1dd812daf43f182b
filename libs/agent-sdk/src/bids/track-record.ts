/** What is left of the weight of an attempt with each that ends after it: about the last twenty count. */
const MEMORY = 0.95;

/** How an agent has done at one capability of late. */
export class TrackRecord {
  private successes = 0;
  private attempts = 0;
  private workMs = 0;

  note(outcome: 'completed' | 'failed', ms: number): void {
    const success = outcome === 'completed' ? 1 : 0;
    this.attempts = this.attempts * MEMORY + 1;
    this.successes = this.successes * MEMORY + success;
    this.workMs = this.workMs * MEMORY + success * ms;
  }

  /** Of attempts that completed; undefined: none has. */
  get meanMs(): number | undefined {
    return this.successes > 0 ? this.workMs / this.successes : undefined;
  }

  /** Share of attempts that completed, as one expects it of the next: a half while nothing is known. */
  get confidence(): number {
    return (this.successes + 1) / (this.attempts + 2);
  }
}

/** Those of one agent, by capability. */
export class TrackRecords {
  private readonly records = new Map<string, TrackRecord>();

  of(capability: string): TrackRecord {
    let record = this.records.get(capability);
    if (!record) this.records.set(capability, (record = new TrackRecord()));
    return record;
  }
}
