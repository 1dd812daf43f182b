import { type AttemptToken } from '@baton/contracts';

/**
 * The results of the last attempts by token, so that an assignment that comes twice is answered, not run again.
 * Bounded by number and by size; the oldest go first, and what was forgotten would run again.
 */
export class FinishedMemory {
  private readonly results = new Map<AttemptToken, string>();
  private units = 0;

  constructor(
    private readonly maxResults = 10_000,
    private readonly maxUnits = 16 * 1024 * 1024,
  ) {}

  keep(token: AttemptToken, json: string): void {
    this.forget(token);
    this.results.set(token, json);
    this.units += json.length;
    for (const oldest of this.results.keys()) {
      if (this.results.size <= this.maxResults && this.units <= this.maxUnits) return;
      this.forget(oldest);
    }
  }

  get(token: AttemptToken): string | undefined {
    return this.results.get(token);
  }

  private forget(token: AttemptToken): void {
    const json = this.results.get(token);
    if (json === undefined) return;
    this.results.delete(token);
    this.units -= json.length;
  }
}
