/** Bounds on attempts that are out at once. What is left out is bounded by the slots of the agents alone. */
export interface InFlightLimits {
  readonly total?: number | undefined;
  readonly perCapability?: ReadonlyMap<string, number> | undefined;
}

/** How many attempts are out, over all and for each capability that has a limit. */
export class InFlightBook {
  private running = 0;
  private readonly total: number;
  private readonly counts = new Map<string, { running: number; readonly limit: number }>();

  constructor({ total = Infinity, perCapability = new Map<string, number>() }: InFlightLimits = {}) {
    this.total = total;
    for (const [capability, limit] of perCapability) this.counts.set(capability, { running: 0, limit });
  }

  get isFull(): boolean {
    return this.running >= this.total;
  }

  hasRoom(capability: string): boolean {
    if (this.counts.size === 0) return true;
    const count = this.counts.get(capability);
    return count === undefined || count.running < count.limit;
  }

  take(capability: string): void {
    this.change(capability, 1);
  }

  giveBack(capability: string): void {
    this.change(capability, -1);
  }

  private change(capability: string, by: number): void {
    this.running = Math.max(0, this.running + by);
    if (this.counts.size === 0) return;
    const count = this.counts.get(capability);
    if (count) count.running = Math.max(0, count.running + by);
  }
}
