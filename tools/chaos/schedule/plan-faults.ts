import { type FaultKind, faultTimings } from './fault-kinds';
import { seeded, type Chance } from './seeded';

/**
 * Which faults come when.
 * C1 The same seed, duration and kinds give the same schedule.
 * C2 Every kind comes once before any comes again.
 * C3 A fault begins when the one before it is over and had its calm; only the death of an agent may come in between,
 *    so there is always somebody who can work. What overlaps is not measured.
 */
export interface PlannedFault {
  readonly kind: FaultKind;
  /** From the start of the faults, in milliseconds. A fault that takes longer than planned pushes back what follows. */
  readonly atMs: number;
  readonly lastsMs: number;
  /** Chooses among possible victims: the victim is `choice` modulo their number. */
  readonly choice: number;
  /** An agent is killed this long after the fault began; undefined: none is. */
  readonly companionAfterMs?: number;
}

export interface FaultWish {
  readonly seed: number;
  readonly durationMs: number;
  readonly kinds: readonly FaultKind[];
}

/** A first stretch without any fault, to see that the mesh works. */
const LEAD_IN_MS = 3000;
const COMPANION_CHANCE = 0.35;
/** Too short a fault has no room for another in it. */
const COMPANION_FROM_MS = 1000;

/** The faults of a run, in order. A duration too short for the first of them gives none. */
export function planFaults({ seed, durationMs, kinds }: FaultWish): PlannedFault[] {
  const chance = seeded(seed);
  const planned: PlannedFault[] = [];
  let bag: FaultKind[] = [];
  for (let atMs = LEAD_IN_MS; kinds.length > 0;) {
    if (bag.length === 0) bag = chance.shuffled(kinds);
    const kind = bag.shift() as FaultKind;
    const fault = planOne(kind, atMs, chance);
    const endMs = endOf(fault);
    if (endMs > durationMs) return planned;
    planned.push(fault);
    atMs = endMs;
  }
  return planned;
}

/** When the fault and its calm are over, as far as it goes as planned. */
export function endOf({ kind, atMs, lastsMs }: PlannedFault): number {
  const { startsAgainMs, calmMs } = faultTimings[kind];
  return atMs + lastsMs + startsAgainMs + calmMs;
}

/** The shortest duration in which each of the kinds comes at least once, whatever the seed. */
export function coveringMs(kinds: readonly FaultKind[]): number {
  const longest = kinds.map((kind) => endOf({ kind, atMs: 0, lastsMs: faultTimings[kind].lastsMs[1], choice: 0 }));
  return LEAD_IN_MS + longest.reduce((sum, ms) => sum + ms, 0);
}

function planOne(kind: FaultKind, atMs: number, chance: Chance): PlannedFault {
  const { lastsMs: range, companion } = faultTimings[kind];
  const lastsMs = chance.between(...range);
  const fault = { kind, atMs, lastsMs, choice: chance.between(0, 999_999) };
  const withCompanion = chance.next() < COMPANION_CHANCE && companion && lastsMs >= COMPANION_FROM_MS;
  return withCompanion ? { ...fault, companionAfterMs: chance.between(0, lastsMs) } : fault;
}
