import { type Group, type Holder } from '../run/unit';

/**
 * How much of what a holder holds is done, 0 to 1: its units weigh the same, one with units inside by what is done of
 * those. It never falls while the run goes on: patterns that grow as they go are measured by what they are planned to
 * grow to, or else by what has ended alone.
 */
export function shareDone(holder: Holder): number {
  let done = holder.units.length - holder.unended;
  for (const { inner } of holder.underWay) done += shareDone(inner as Holder);
  return done / (holder.kind === 'frame' ? holder.units.length : sizeOfGroup(holder, done));
}

function sizeOfGroup({ units, body }: Group, done: number): number {
  const { name } = body.pattern;
  if (name === 'forEach' || name === 'pipeline') return Math.max(1, units.length);
  return Math.max(plannedChildren(body.document) ?? 0, done + 1);
}

/** As far as numbers in the document tell; undefined: it depends on what is found. */
export function plannedChildren(document: unknown): number | undefined {
  const { pattern, agents, rounds, population, stop } = document as Partial<Record<string, unknown>>;
  if (pattern === 'consensus') return Number(agents) * Number(rounds ?? 1);
  if (pattern !== 'swarm' || typeof population !== 'number') return undefined;
  const { rounds: most = 100, evaluations = Infinity } = (stop ?? {}) as { rounds?: number; evaluations?: number };
  return Math.min(population * most, evaluations);
}
