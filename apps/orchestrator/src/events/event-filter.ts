import { type MeshEvent } from './mesh-event';

/** What a subscriber wants; what is left out is not asked for. */
export interface EventFilter {
  /** Types, or patterns of them: see `isOfType`. */
  readonly types?: readonly string[] | undefined;
  readonly taskId?: string | undefined;
  readonly workflowId?: string | undefined;
}

/** What stands in a type or a pattern of types; see `isPattern` for the rest. */
export const patternCharacters = '^[a-z*#.-]+$';

/** Whether it is a type, or a pattern of types: words, each may be `*`, and `#` at its end. */
export function isPattern(text: string): boolean {
  const words = text.split('.');
  if (words.at(-1) === '#') words.pop();
  return words.every((word) => word === '*' || /^[a-z][a-z-]*$/.test(word));
}

/** All given conditions must hold. Pure. */
export function matches(filter: EventFilter, event: MeshEvent): boolean {
  if (filter.taskId !== undefined && event.taskId !== filter.taskId) return false;
  if (filter.workflowId !== undefined && event.workflowId !== filter.workflowId) return false;
  return filter.types === undefined || filter.types.some((type) => isOfType(event.type, type));
}

/** Whether the progress of workflows is asked for. */
export function wantsProgress({ types, taskId }: EventFilter): boolean {
  return taskId === undefined && (types === undefined || types.some((type) => isOfType('workflow.progress', type)));
}

/**
 * As keys of a topic exchange match: `workflow.*` is `workflow.completed` and not `workflow.step.completed`,
 * `workflow.#` is both, `#` is everything.
 */
export function isOfType(type: string, pattern: string): boolean {
  const words = type.split('.');
  const wanted = pattern.split('.');
  const open = wanted.at(-1) === '#';
  if (open) wanted.pop();
  if (open ? words.length < wanted.length : words.length !== wanted.length) return false;
  return wanted.every((word, index) => word === '*' || word === words[index]);
}
