import { eventually } from '@baton/testing';
import { type Stage } from '../stage/stage';

const WITHIN_MS = 20_000;

/**
 * Waits until a later term than `epoch` has begun; resolves with the last moment at which the old one was still seen,
 * before which no dispatch can be the new brain's. Undefined when none began.
 */
export async function takeover(stage: Stage, epoch: number): Promise<Date | undefined> {
  let lastSeen = new Date();
  const begun = async (): Promise<boolean> => {
    const askedAt = new Date();
    if ((await stage.truth.epoch()) > epoch) return true;
    lastSeen = askedAt;
    return false;
  };
  try {
    await eventually(begun, { timeoutMs: WITHIN_MS, everyMs: 20 });
    return lastSeen;
  } catch {
    return undefined;
  }
}
