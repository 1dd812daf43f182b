import { type MeshEvent } from './mesh-event';

/** What a subscriber wants; what is left out is not asked for. */
export interface EventFilter {
  /** `task.completed`, or `workflow.*` for all of a subject. */
  readonly types?: readonly string[] | undefined;
  readonly taskId?: string | undefined;
  readonly workflowId?: string | undefined;
}

/** All given conditions must hold. Pure. */
export function matches(filter: EventFilter, event: MeshEvent): boolean {
  if (filter.taskId !== undefined && (event.subject !== 'task' || event.id !== filter.taskId)) return false;
  if (filter.workflowId !== undefined && event.workflowId !== filter.workflowId) return false;
  return filter.types === undefined || filter.types.some((type) => isOfType(event, type));
}

function isOfType(event: MeshEvent, type: string): boolean {
  return type.endsWith('.*') ? event.subject === type.slice(0, -2) : event.type === type;
}
