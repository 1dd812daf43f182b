import {
  type DiagnosisFacts,
  plainKey,
  type RunEstimate,
  type RunTask,
  type WaitReason,
  type WorkflowRun,
} from '@baton/engine';
import {
  type Database,
  loadBreakers,
  loadRunTasks,
  readBrainLease,
  slotHolders,
  usualStepDurations,
  type WorkflowRow,
} from '@baton/persistence';
import { type Why } from '../../intake/why';
import { slotsNow } from './slots-now';

/** Steps of which a task that waits is asked why; others wait for much the same. */
const MOST_ASKED = 20;

/** All that a run is judged by, as the database has it now. */
export async function factsOf(
  { database, why }: { readonly database: Database; readonly why: Why },
  { id, name, estimate }: WorkflowRow,
  { run, starvedAfterMs }: { readonly run: WorkflowRun; readonly starvedAfterMs: number },
): Promise<DiagnosisFacts> {
  const tasks = await loadRunTasks(database, id);
  const capabilities = [...new Set(tasks.map(({ capability }) => capability))];
  const breakers = await loadBreakers(database);
  const { held } = await readBrainLease(database);
  return {
    ...{ run, tasks, starvedAfterMs, hasBrain: held },
    now: database.now(),
    waiting: await reasonsOf(tasks, why),
    slots: await slotsNow(database),
    holders: await slotHolders(database, capabilities),
    breakers: breakers.filter(({ state }) => state === 'open'),
    usual: await usualStepDurations(database, name, id),
    estimate: estimate === null ? null : (JSON.parse(estimate) as RunEstimate),
  };
}

/** Of each step that which has waited longest. */
async function reasonsOf(tasks: readonly RunTask[], why: Why): Promise<Map<string, WaitReason>> {
  const first = new Map<string, RunTask>();
  for (const task of tasks) {
    const key = `${task.capability} ${plainKey(task.stepKey)}`;
    if (task.state === 'queued' && !first.has(key)) first.set(key, task);
  }
  const reasons = new Map<string, WaitReason>();
  for (const { id } of [...first.values()].slice(0, MOST_ASKED)) {
    const [reason] = (await why.explain(id)).waitingFor;
    if (reason) reasons.set(id, reason);
  }
  return reasons;
}
