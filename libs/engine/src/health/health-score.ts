/** What is known of an agent's condition. */
export interface HealthFacts {
  /** Since the last heartbeat; null: none was heard yet. */
  readonly heartbeatAgeMs: number | null;
  readonly heartbeatEveryMs: number;
  /** After this long without a heartbeat an agent is lost. */
  readonly lostAfterMs: number;
  /** Of the recent attempts, 0 to 1; null: unknown. */
  readonly successRate: number | null;
  readonly inFlight: number;
  readonly concurrency: number;
  readonly present: boolean;
}

/** How much each fact may take away from 100. A late heartbeat alone can take everything. */
const FAILURE_WEIGHT = 60;
const OVERLOAD_WEIGHT = 20;

/**
 * 0 (lost) to 100 (well).
 * H1 Who is not present has 0. H2 One missed heartbeat is no illness; from two on the score falls evenly to 0 at the
 * loss. H3 Failures weigh up to 60. H4 A full agent is well; more than it can take costs up to 20.
 */
export function healthScore(facts: HealthFacts): number {
  if (!facts.present) return 0;
  const alive = aliveness(facts);
  const failing = facts.successRate === null ? 0 : (1 - clamp(facts.successRate)) * FAILURE_WEIGHT;
  const surplus = facts.concurrency > 0 ? clamp(facts.inFlight / facts.concurrency - 1) : 0;
  return Math.round(alive * Math.max(0, 100 - failing - surplus * OVERLOAD_WEIGHT));
}

function aliveness({ heartbeatAgeMs, heartbeatEveryMs, lostAfterMs }: HealthFacts): number {
  if (heartbeatAgeMs === null) return 1;
  const patience = Math.min(2 * heartbeatEveryMs, lostAfterMs);
  if (heartbeatAgeMs >= lostAfterMs) return 0;
  if (heartbeatAgeMs <= patience) return 1;
  return 1 - (heartbeatAgeMs - patience) / (lostAfterMs - patience);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
