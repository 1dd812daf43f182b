import { type Stage } from '@baton/contracts';
import { hasBegun, isHandedBack, type SimulatedMesh, type SimulatedTask } from './simulated-mesh.fixture';
import { type Unit } from './unit';
import { unitsOf } from './workflow-run';

/**
 * L5 In a stage that takes one item at a time never two have begun. What waits for another one follows a task that has
 * never returned, of an earlier item in the same stage; when that one returns nothing waits for it any more.
 */
export function checkSequences(mesh: SimulatedMesh): void {
  const atWork = new Map<string, string[]>();
  for (const unit of unitsOf(mesh.run)) {
    const task = mesh.tasks.get(unit.taskId as SimulatedTask['id']);
    if (!task || task.end || task.isCanceled) continue;
    if (task.after) checkFollower(task, unit.index, mesh);
    const stage = serialStageOf(unit);
    if (stage === undefined || !(hasBegun(task) || isHandedBack(task))) continue;
    atWork.set(stage, [...(atWork.get(stage) ?? []), unit.key]);
  }
  expect([...atWork].filter(([, keys]) => keys.length > 1)).toEqual([]);
}

function checkFollower({ key, after }: SimulatedTask, index: number, { run, tasks }: SimulatedMesh): void {
  const { task, returns } = after as NonNullable<SimulatedTask['after']>;
  expect([key, returns, task.returns]).toEqual([key, 0, 0]);
  const leader = run.byKey.get(task.key);
  expect(tasks.get(task.id)).toBe(task);
  expect([key, (leader?.index ?? Infinity) < index]).toEqual([key, true]);
}

/** Undefined: it takes several at once, or it is no stage. */
function serialStageOf({ holder, index, stepId }: Unit): string | undefined {
  if (holder.kind !== 'group' || holder.body.pattern.name !== 'pipeline') return undefined;
  const { stages } = holder.body.document as unknown as { stages: readonly Stage[] };
  const at = index % stages.length;
  return (stages[at]?.concurrency ?? 1) === 1 ? `${stepId} stage ${at}` : undefined;
}
