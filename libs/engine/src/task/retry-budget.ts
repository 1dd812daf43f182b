/** How many retries a capability may have. What lies beyond is not refused, but goes slowly. */
export interface RetryBudgetPolicy {
  /** Retries earned by each task that succeeds at its first attempt. */
  readonly perSuccess: number;
  /** Retries per second that are always there, so that what rarely succeeds is tried again all the same. */
  readonly floorPerSecond: number;
  /** Saved at most; also what a capability starts with. */
  readonly most: number;
}
const defaultRetryBudget: RetryBudgetPolicy = { perSuccess: 0.2, floorPerSecond: 50, most: 1000 };

/** Five fifths are a whole. */
const ROUNDING = 1e-9;

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A token bucket per capability. A capability that fails altogether is not hammered with retries; one that fails now and
 * then never feels it. Times are given, in milliseconds.
 */
export class RetryBudgets {
  /** Full ones are left out: who never fails costs nothing. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly policy: RetryBudgetPolicy = defaultRetryBudget) {}

  /** A task succeeded at its first attempt. */
  succeeded(capability: string): void {
    const bucket = this.buckets.get(capability);
    if (!bucket) return;
    bucket.tokens += this.policy.perSuccess;
    if (bucket.tokens >= this.policy.most) this.buckets.delete(capability);
  }

  /** Takes one retry. False: the budget is spent, the retry should go slowly. */
  spend(capability: string, nowMs: number): boolean {
    const { most, floorPerSecond } = this.policy;
    let bucket = this.buckets.get(capability);
    if (!bucket) this.buckets.set(capability, (bucket = { tokens: most, atMs: nowMs }));
    const earned = (Math.max(0, nowMs - bucket.atMs) / 1000) * floorPerSecond;
    [bucket.tokens, bucket.atMs] = [Math.min(most, bucket.tokens + earned), Math.max(nowMs, bucket.atMs)];
    if (bucket.tokens < 1 - ROUNDING) return false;
    bucket.tokens = Math.max(0, bucket.tokens - 1);
    return true;
  }
}
