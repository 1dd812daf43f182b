/** What the suite can do to a mesh. Each has its file under faults/. */
export const faultKinds = [
  'agent-kill',
  'agent-freeze',
  'agent-silence',
  'host-kill',
  'host-freeze',
  'registry-kill',
  'registry-freeze',
  'brain-kill',
  'brain-freeze',
  'broker-kill',
  'broker-silence',
  'database-kill',
  'database-silence',
  'clock-step',
  'receiver-failure',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultTiming {
  /** How long the fault lasts, from and to; a kill lasts as long as the victim stays down. */
  readonly lastsMs: readonly [number, number];
  /** What it takes besides: a broker needs seconds to boot. */
  readonly startsAgainMs: number;
  /** Time to recover before the next fault comes. */
  readonly calmMs: number;
  /** Another agent may be killed meanwhile. */
  readonly companion: boolean;
}

const timing = (lastsMs: FaultTiming['lastsMs'], startsAgainMs: number, calmMs: number, companion = false) => ({
  lastsMs,
  startsAgainMs,
  calmMs,
  companion,
});

/** A frozen or silent part must be so for longer than others take to notice (heartbeats of a second, leases of two). */
export const faultTimings: Readonly<Record<FaultKind, FaultTiming>> = {
  'agent-kill': timing([0, 0], 0, 3000),
  'agent-freeze': timing([5000, 8000], 0, 3000),
  'agent-silence': timing([5000, 8000], 0, 3000),
  'host-kill': timing([0, 0], 2000, 8000),
  'host-freeze': timing([2000, 6000], 0, 2000),
  'registry-kill': timing([0, 0], 0, 4000, true),
  'registry-freeze': timing([3000, 6000], 0, 3000, true),
  'brain-kill': timing([0, 0], 0, 6000),
  'brain-freeze': timing([5000, 9000], 0, 5000, true),
  'broker-kill': timing([200, 3000], 8000, 6000, true),
  'broker-silence': timing([6000, 10_000], 0, 8000, true),
  'database-kill': timing([200, 3000], 1000, 5000, true),
  'database-silence': timing([5000, 8000], 0, 6000, true),
  'clock-step': timing([4000, 8000], 0, 4000, true),
  'receiver-failure': timing([2000, 6000], 0, 5000),
};
