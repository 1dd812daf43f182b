import { eventually } from '@baton/testing';
import { type Stage } from '../stage/stage';
import { type OpenWork } from '../stage/truth';

/** When all is healed, everything must come to its end within this time. */
const SETTLED_WITHIN_MS = 60_000;
const EXAMPLES = 5;

/** Waits until nothing is open any more; resolves with what is when the time is up, as a fault. */
export async function settle(stage: Stage): Promise<{ tookMs: number; faults: string[] }> {
  const began = performance.now();
  let left: OpenWork[] = [];
  const look = async (): Promise<boolean> => {
    left = await stage.truth.open();
    return left.length === 0;
  };
  const settled = await eventually(look, { timeoutMs: SETTLED_WITHIN_MS, everyMs: 200 }).catch(() => false);
  const tookMs = Math.round(performance.now() - began);
  if (settled) return { tookMs, faults: [] };
  const shown = left.slice(0, EXAMPLES).map(told).join('; ');
  return { tookMs, faults: [`${left.length} left open ${tookMs} ms after the last fault was healed: ${shown}`] };
}

function told({ subject, id, state, attempt, runAt }: OpenWork): string {
  return `${subject} ${id} ${state}, attempt ${attempt}${runAt ? `, due ${runAt.toISOString()}` : ''}`;
}
