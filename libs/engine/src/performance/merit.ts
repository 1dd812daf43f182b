import { type RouteHistory } from './route-history';

/** What is not known of an agent counts as this many attempts as good as those of its peers. */
const PRIOR_WEIGHT = 3;
/** Below this volume the peers themselves say nothing. */
const PEERS_ENOUGH = 1;
/** Kept this long: a result changes the average by little, and this is asked for every candidate of every task. */
const KEPT_MS = 100;
/** The first results change much. */
const YOUNG = 20;
/** Merits within about a fifth are the same: the rest is noise, and equals share the work. */
const STEPS_PER_DOUBLING = 4;

/**
 * How good an agent is at a capability beside its peers: 1 for the average and for the unknown, 2 for twice as fast,
 * and the square of the share that succeeds. Drifts back to 1 when nothing is heard, so that it is tried again.
 */
export class Merit {
  private value = 1;
  private atMs = -Infinity;
  private version = -1;

  constructor(
    private readonly own: RouteHistory,
    private readonly peers: RouteHistory,
  ) {}

  at(nowMs: number): number {
    const age = nowMs - this.atMs;
    const young = this.own.version <= YOUNG && this.own.version !== this.version;
    if (age >= 0 && age < KEPT_MS && !young) return this.value;
    this.value = rounded(this.compute(nowMs));
    [this.atMs, this.version] = [nowMs, this.own.version];
    return this.value;
  }

  private compute(nowMs: number): number {
    const success = this.own.successRate(nowMs, PRIOR_WEIGHT) ** 2;
    if (this.peers.volume(nowMs) < PEERS_ENOUGH) return success;
    const usualMs = this.peers.meanMs(nowMs, { ms: 1, weight: 0 });
    const ownMs = this.own.meanMs(nowMs, { ms: usualMs, weight: PRIOR_WEIGHT });
    // A millisecond is as exact as agents measure.
    return (success * Math.max(1, usualMs)) / Math.max(1, ownMs);
  }
}

function rounded(merit: number): number {
  return 2 ** (Math.round(Math.log2(merit) * STEPS_PER_DOUBLING) / STEPS_PER_DOUBLING);
}
