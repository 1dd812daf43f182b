import { type TaskProgress } from '@baton/contracts';
import { type AttemptProgress, moveAttempts, startAttempts } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';

/** Stores where attempts stand: the last word of each; what is not current changes nothing (I3). */
export async function recordProgress(desk: Desk, reported: readonly TaskProgress[]): Promise<void> {
  if (reported.length === 0) return;
  const last = new Map(reported.map((progress) => [progress.token, progress]));
  const starting: AttemptProgress[] = [];
  const moving: AttemptProgress[] = [];
  for (const { taskId, token, phase, percent } of last.values()) {
    const held = desk.held.current(taskId, token);
    if (!held) continue;
    (held.state === 'assigned' ? starting : moving).push({ taskId, token, phase, percent: percent ?? null });
  }
  if (starting.length > 0) await start(desk, starting);
  if (moving.length > 0) await moveAttempts(desk.database, desk.epoch, moving);
}

async function start(desk: Desk, starting: readonly AttemptProgress[]): Promise<void> {
  const started = await startAttempts(desk.database, desk.epoch, starting);
  for (const { taskId, token } of starting) {
    const held = desk.held.current(taskId, token);
    if (held && started.has(taskId)) held.state = 'running';
  }
}
