import { type Receipt } from '../stage/workflow-rows';
import { type TaskGraph } from './task-graph';

/** What the audit shows against a run of the graph: steps not done once, or begun before what they need was done. */
export function faultsOf(graph: TaskGraph, receipts: readonly Receipt[]): string[] {
  const byStep = new Map(receipts.map((receipt) => [receipt.step, receipt]));
  const known = new Set(graph.map(({ id }) => id));
  const faults = receipts.filter(({ step }) => !known.has(step)).map(({ step }) => `${step} is no task of the graph`);
  if (receipts.length !== graph.length) faults.push(`${graph.length} steps had ${receipts.length} tasks`);
  for (const { id, needs } of graph) {
    const own = byStep.get(id);
    if (own?.receipts !== 1) faults.push(`${id} completed ${own?.receipts ?? 0} times`);
    for (const need of needs) {
      if (!isBefore(byStep.get(need), own)) faults.push(`${id} was begun before ${need} had completed`);
    }
  }
  return faults;
}

function isBefore(needed: Receipt | undefined, task: Receipt | undefined): boolean {
  if (!needed?.completedAt || !task?.assignedAt) return false;
  return needed.completedAt.getTime() <= task.assignedAt.getTime();
}
