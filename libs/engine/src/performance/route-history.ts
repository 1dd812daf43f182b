/** Attempts remembered at most: an average over about the last twenty. */
const WEIGHT_LIMIT = 20;
/** What is not renewed counts half after this time, so that nobody is judged by the past for ever. */
const HALF_LIFE_MS = 30_000;

/** What is known of attempts before some time, to begin a history with. */
export interface HistorySeed {
  readonly attempts: number;
  readonly succeeded: number;
  readonly meanMs: number;
  readonly atMs: number;
}

/**
 * Exponentially weighted averages of time and success that forget by count and by time. What is not heard of for
 * long weighs nothing: whoever asks has to bring a prior.
 */
export class RouteHistory {
  private weight = 0;
  private successes = 0;
  private totalMs = 0;
  private atMs = 0;
  /** Rises with every attempt, for those who keep what they derived. */
  version = 0;

  /** A failure may make an agent slower, by a timeout, but never faster. */
  record(succeeded: boolean, ms: number, nowMs: number): void {
    const took = succeeded || this.weight === 0 ? ms : Math.max(ms, this.totalMs / this.weight);
    const fade = this.fade(nowMs);
    this.weight = this.weight * fade + 1;
    this.successes = this.successes * fade + (succeeded ? 1 : 0);
    this.totalMs = this.totalMs * fade + took;
    this.atMs = Math.max(this.atMs, nowMs);
    this.version += 1;
    if (this.weight > WEIGHT_LIMIT) this.scale(WEIGHT_LIMIT / this.weight);
  }

  /** Adds what was known before, worth what recorded attempts are. */
  seed({ attempts, succeeded, meanMs, atMs }: HistorySeed): void {
    this.weight += attempts;
    this.successes += succeeded;
    this.totalMs += attempts * meanMs;
    this.atMs = Math.max(this.atMs, atMs);
    this.version += 1;
    if (this.weight > WEIGHT_LIMIT) this.scale(WEIGHT_LIMIT / this.weight);
  }

  /** How many attempts what is known is worth now. */
  volume(nowMs: number): number {
    return this.weight * this.fade(nowMs);
  }

  /** Milliseconds an attempt takes: what is known and the prior, each by its weight. */
  meanMs(nowMs: number, prior: { readonly ms: number; readonly weight: number }): number {
    const fade = this.fade(nowMs);
    return (this.totalMs * fade + prior.ms * prior.weight) / (this.weight * fade + prior.weight);
  }

  /** The share of attempts that succeed; the prior is that all do. */
  successRate(nowMs: number, priorWeight: number): number {
    const fade = this.fade(nowMs);
    return (this.successes * fade + priorWeight) / (this.weight * fade + priorWeight);
  }

  /** The average as it stands, null before the first attempt. */
  get ewmaMs(): number | null {
    return this.weight > 0 ? this.totalMs / this.weight : null;
  }

  private fade(nowMs: number): number {
    return nowMs > this.atMs ? 2 ** ((this.atMs - nowMs) / HALF_LIFE_MS) : 1;
  }

  private scale(factor: number): void {
    this.weight *= factor;
    this.successes *= factor;
    this.totalMs *= factor;
  }
}
