import { type FieldFault } from '@baton/contracts';
import { documentLimits } from './document-schema';
import { walkSteps } from './walk-steps';

/** What makes a document too large to be looked at any closer. */
export function sizeFault(document: unknown): FieldFault | undefined {
  const { depth, jsonLength, steps } = documentLimits;
  if (!isShallow(document)) {
    return { path: '', message: `nests lists and objects deeper than ${depth}, or refers to itself: make it flatter` };
  }
  const length = JSON.stringify(document)?.length ?? 0;
  if (length > jsonLength) {
    return { path: '', message: `is ${length} characters of JSON, over ${jsonLength}; pass large data by reference` };
  }
  const count = [...walkSteps(document)].length;
  if (count <= steps) return undefined;
  return { path: 'steps', message: `are ${count} in all, over ${steps}: make parts of it sub-workflows` };
}

/** Patterns that stand too deep inside others. */
export function nestingFaults(document: unknown): FieldFault[] {
  const { nesting: most } = documentLimits;
  const message = `stands in more than ${most} others: make an inner pattern a sub-workflow`;
  return [...walkSteps(document)].flatMap(({ path, nesting }) => (nesting === most + 1 ? [{ path, message }] : []));
}

/** Without recursion, for the document may be made to break it. Parts that are shared count each time. */
function isShallow(document: unknown): boolean {
  const { depth: most, jsonLength } = documentLimits;
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most || level.length > jsonLength / 3) return false;
    level = level.flatMap((value): unknown[] =>
      typeof value === 'object' && value !== null
        ? Object.values(value).filter((part) => typeof part === 'object')
        : [],
    );
  }
  return true;
}
