import { type HeldAttempt, loadHeldAttempts } from '@baton/persistence';
import { type Desk } from './desk';
import { type Held } from './held-attempts';
import { readyFromRow } from './ready-task';
import { recallStarts } from './recall-starts';

/** A new term takes up what is out: the attempts with all they hold, and what counts for the rate limits. */
export async function takeOver(desk: Desk, adopted: (held: Held) => void): Promise<void> {
  for (const row of await loadHeldAttempts(desk.database)) adopted(adopt(desk, row));
  await recallStarts(desk.database, desk.scheduler);
}

function adopt(desk: Desk, row: HeldAttempt): Held {
  const holding = readyFromRow(row);
  const held: Held = { row, state: row.state, holding, sentAt: performance.now(), missedBeats: 0 };
  desk.scheduler.take(row.agentId, holding);
  desk.held.add(held);
  return held;
}
