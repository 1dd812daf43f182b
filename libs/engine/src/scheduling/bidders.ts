import { type AgentSeen, type Submit } from '@baton/contracts';
import { type AgentPool } from './agent-pool';
import { SpreadBook } from './spread-book';
import { fitsOf } from './task-fit';

/**
 * Who may bid for a task: all to whom the scheduler might give it, now or when they have a slot. In the order in which
 * they came.
 */
export function biddersFor(
  pool: AgentPool,
  { capability, version, tags = [], resources }: Submit,
): readonly AgentSeen[] {
  const wishes = { targetAgentId: null, spreadKey: null, version: version ?? null, tags, resources: resources ?? null };
  const fits = fitsOf(wishes, new SpreadBook());
  const offers = pool.offering(capability).filter(({ owner, breaker }) => owner.takesWork && breaker.admits);
  return offers.filter((offer) => fits?.(offer) ?? true).map(({ agent }) => agent);
}
