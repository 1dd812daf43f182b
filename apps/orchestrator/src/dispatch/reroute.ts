import { type Reroute } from '@baton/engine';
import { rerouteTasks } from '@baton/persistence';
import { type Backlog } from './backlog';
import { type Desk } from './desk';
import { readyFromRow } from './ready-task';

/** Queues tasks for the fallback that was found for them. What was canceled meanwhile stays as it is. */
export async function reroute(desk: Desk, backlog: Backlog, reroutes: readonly Reroute[]): Promise<void> {
  const wanted = reroutes.map(({ task, to }) => ({
    taskId: task.id,
    from: task.capability,
    to,
    fallback: task.fallback.slice(task.fallback.indexOf(to) + 1),
  }));
  const rows = await rerouteTasks(desk.database, desk.epoch, wanted);
  for (const row of rows) backlog.offer(readyFromRow(row));
}
