import { loadPresentAgents, type Sql } from '@baton/persistence';

/** How many tasks the agents that are present could have at once, by capability. */
export async function slotsNow(sql: Sql): Promise<Map<string, number>> {
  const slots = new Map<string, number>();
  for (const { capabilities, concurrency, draining } of await loadPresentAgents(sql)) {
    if (draining) continue;
    const limits = new Map(capabilities.map(({ name, concurrency: limit }) => [name, limit ?? concurrency]));
    for (const [name, limit] of limits) slots.set(name, (slots.get(name) ?? 0) + Math.min(concurrency, limit));
  }
  return slots;
}
