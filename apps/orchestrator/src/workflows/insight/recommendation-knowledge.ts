import { plainKey, type RecommendationKnowledge, unitsOf, type WorkflowRun } from '@baton/engine';
import { type Sql, usualChildren, workDurations } from '@baton/persistence';
import { slotsNow } from './slots-now';

/** What the database knows: durations of late, the slots there are, and how many elements the last such run had. */
export async function recommendationKnowledge(
  sql: Sql,
  name: string,
  run?: WorkflowRun,
): Promise<RecommendationKnowledge> {
  const durations = new Map((await workDurations(sql)).map((row) => [row.capability, row]));
  const slots = await slotsNow(sql);
  const children = new Map([...(await usualChildren(sql, name)), ...(run ? childrenIn(run) : [])]);
  return {
    durationsOf: (capability) => durations.get(capability),
    slotsOf: (capability) => slots.get(capability),
    childrenOf: (key) => children.get(key),
  };
}

/** Of patterns that the run has come to. */
function childrenIn(run: WorkflowRun): Map<string, number> {
  const children = new Map<string, number>();
  for (const { key, inner } of unitsOf(run)) {
    if (inner?.kind === 'group' && inner.units.length > 0) children.set(plainKey(key), inner.units.length);
  }
  return children;
}
