/** For work that an agent has not done so far. */
export const UNKNOWN_MS = 1000;

/** An attempt that an agent has not ended. */
export interface OpenAttempt {
  readonly capability: string;
  /** Since its beginning; 0: it waits. */
  readonly elapsedMs: number;
}

/** How many places there are for a capability, of its own and of the agent as a whole. */
export interface Places {
  readonly capability: string;
  readonly ofCapability: number;
  readonly ofAgent: number;
}

/**
 * Until one more of the capability could begin, in milliseconds. What is open takes as long as its like did on the mean,
 * or as it has taken already; 0 where a place is free.
 */
export function expectedWaitMs(
  open: readonly OpenAttempt[],
  meanMsOf: (capability: string) => number | undefined,
  { capability, ofCapability, ofAgent }: Places,
): number {
  const waitFor = (attempts: readonly OpenAttempt[], places: number): number => {
    if (attempts.length < places) return 0;
    const work = attempts.map((one) => Math.max(meanMsOf(one.capability) ?? UNKNOWN_MS, one.elapsedMs));
    return work.reduce((sum, ms) => sum + ms, 0) / places;
  };
  const likeIt = open.filter((one) => one.capability === capability);
  return Math.max(waitFor(open, ofAgent), waitFor(likeIt, ofCapability));
}
