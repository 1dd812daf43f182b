import { type z } from 'zod';

const ENTRY = /^([a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+)\s*=\s*([1-9]\d{0,6})$/;

/** `probe.echo=100,research.search=4`; every fault becomes an issue of its own. */
export function parseCapabilityConcurrency(
  list: string,
  context: Pick<z.RefinementCtx, 'addIssue'>,
): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const entry of list.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const [, capability = '', limit] = ENTRY.exec(entry) ?? [];
    if (limit === undefined) addIssue(context, `"${entry}" is not like research.search=4, with a number from 1`);
    else if (limits.has(capability)) addIssue(context, `names ${capability} twice`);
    else limits.set(capability, Number(limit));
  }
  return limits;
}

function addIssue(context: Pick<z.RefinementCtx, 'addIssue'>, message: string): void {
  context.addIssue({ code: 'custom', message });
}
