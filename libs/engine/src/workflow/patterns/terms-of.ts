import { type TaskTerms } from '@baton/contracts';

const names = ['retry', 'priority', 'tags', 'version', 'resources', 'fallback', 'cost'] as const;

/** What a pattern step says about how its tasks are run, and nothing else of it. */
export function termsOf(step: TaskTerms): TaskTerms {
  return Object.fromEntries(names.flatMap((name) => (step[name] === undefined ? [] : [[name, step[name]]])));
}
