import { type JsonObject, type JsonValue } from '@baton/contracts';

/** What a consensus cannot read from its children. Milliseconds since the epoch. */
export interface ConsensusMemo extends JsonObject {
  /** Children before this one are of an earlier try, which nobody counts any more. */
  readonly from: number;
  /** Part of the spread keys: in another try everybody may be asked again. */
  readonly opened: number;
  readonly roundAt: number;
  /** Since the verdict is certain, voters that are not done are waited for until then; null: it is not certain. */
  readonly until: number | null;
}

/** What was kept, or the beginning of a try after so many children. */
export function openMemo(kept: JsonValue, children: number, now: Date): ConsensusMemo {
  if (kept !== null) return kept as ConsensusMemo;
  return { from: children, opened: now.getTime(), roundAt: now.getTime(), until: null };
}

/** Who is asked again has not been at work since the round began: what it takes is counted from now. */
export function askedAgain(memo: ConsensusMemo, now: Date): ConsensusMemo {
  return { ...memo, roundAt: now.getTime() };
}

const SHORTEST_GRACE_MS = 1000;

/**
 * As long again as the round has taken, and a second at least: who is about to answer is heard, so that it can be said
 * who disagrees, and nobody who hangs holds up what is certain.
 */
export function withGrace(memo: ConsensusMemo, now: Date): ConsensusMemo & { readonly until: number } {
  const at = now.getTime();
  return { ...memo, until: memo.until ?? at + Math.max(SHORTEST_GRACE_MS, at - memo.roundAt) };
}
