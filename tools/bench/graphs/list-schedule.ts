import { type TaskGraph } from './task-graph';

interface Open {
  readonly id: string;
  missing: number;
}
interface Running {
  readonly id: string;
  readonly endsAt: number;
}

/**
 * When the last task ends if nothing costs anything: whenever a slot is free it takes the task that has been ready
 * longest, of those ready together the first of the graph. In milliseconds. Throws when tasks need each other.
 */
export function listSchedule(graph: TaskGraph, lengths: ReadonlyMap<string, number>, slots: number): number {
  const behind = dependants(graph);
  const ready = graph.filter(({ needs }) => needs.length === 0).map(({ id }) => id);
  const running: Running[] = [];
  let now = 0;
  for (let taken = 0, ended = 0; ended < graph.length; ended++) {
    for (; running.length < slots && taken < ready.length; taken++) {
      const id = ready[taken] as string;
      running.push({ id, endsAt: now + (lengths.get(id) ?? 0) });
    }
    const next = takeEarliest(running);
    now = next.endsAt;
    for (const task of behind.get(next.id) ?? []) if (--task.missing === 0) ready.push(task.id);
  }
  return now;
}

/** By task: those that need it, each with how many of its needs are still missing. */
function dependants(graph: TaskGraph): Map<string, Open[]> {
  const behind = new Map<string, Open[]>(graph.map(({ id }) => [id, []]));
  for (const { id, needs } of graph) {
    const open = { id, missing: needs.length };
    for (const need of needs) behind.get(need)?.push(open);
  }
  return behind;
}

function takeEarliest(running: Running[]): Running {
  const first = running.reduce((best, { endsAt }, index) => (endsAt < (running[best]?.endsAt ?? 0) ? index : best), 0);
  const [next] = running.splice(first, 1);
  if (!next) throw new Error('No task of the graph can start: some need each other');
  return next;
}
