import { type Fits, lackOf } from './agent-choice';
import { type AgentOffer } from './agent-offer';
import { type ReadyTask } from './ready-queue';
import { couldHold } from './resource-book';
import { type SpreadBook } from './spread-book';
import { isInRange } from './version-range';

/** Why no agent can take a task now, whatever else runs under its keys. */
export type AgentObstacle =
  | 'no-capable-agent'
  | 'no-free-slot'
  | 'target-agent-absent'
  | 'tags-unmatched'
  | 'version-unmatched'
  | 'resources-too-large'
  | 'resources-busy'
  | 'spread'
  | 'fitting-agents-busy'
  | 'breakers-open';

/** Obstacles that do not go away by waiting for those who are here: an optional task does not wait. */
export const lasting: ReadonlySet<string> = new Set<AgentObstacle>([
  'no-capable-agent',
  'target-agent-absent',
  'tags-unmatched',
  'version-unmatched',
  'resources-too-large',
  'breakers-open',
]);

/** Whether the task may go to anybody who offers its capability, and waits for such an agent however long. */
export function isPlain(task: ReadyTask): boolean {
  return (
    task.targetAgentId === null &&
    task.tags.length === 0 &&
    task.version === null &&
    task.resources === null &&
    task.fallback.length === 0 &&
    task.spreadKey === null &&
    !task.optional
  );
}

/** The same for all tasks that the same agents could take, and for which the same follows when none can. */
export function fitKey(task: ReadyTask): string {
  const { targetAgentId, tags, version, resources, fallback, optional, spreadKey } = task;
  const { cpu = 0, memoryMb = 0, gpu = 0 } = resources ?? {};
  return JSON.stringify([targetAgentId, tags, version, cpu, memoryMb, gpu, fallback, optional, spreadKey]);
}

/** What a task may ask of its agent. */
type Wishes = Pick<ReadyTask, 'targetAgentId' | 'tags' | 'version' | 'resources' | 'spreadKey'>;

/** What the task asks of its agent beyond the capability; undefined: nothing, which costs nothing. */
export function fitsOf(task: Wishes, spreads: SpreadBook): Fits | undefined {
  const conditions = conditionsOf(task, spreads).map(({ fits }) => fits);
  return conditions.length === 0 ? undefined : (offer) => conditions.every((fits) => fits(offer));
}

/** Why nobody among these takes it; `fits` are the conditions of the task. */
export function agentObstacle(
  offers: readonly AgentOffer[],
  task: ReadyTask,
  fits: Fits | undefined,
  spreads: SpreadBook,
): AgentObstacle {
  switch (lackOf(offers, fits)) {
    case 'nobody-offers':
      return 'no-capable-agent';
    case 'nobody-fits':
      return firstUnmet(offers, conditionsOf(task, spreads));
    case 'breakers-open':
      return 'breakers-open';
    case 'all-busy':
      if (task.resources && offers.some((offer) => offer.hasSlot && fits?.(offer))) return 'resources-busy';
      return fits ? 'fitting-agents-busy' : 'no-free-slot';
  }
}

interface Condition {
  readonly fits: Fits;
  readonly unmet: AgentObstacle;
}

function conditionsOf(task: Wishes, spreads: SpreadBook): Condition[] {
  const { targetAgentId, tags, version, resources, spreadKey } = task;
  const conditions: Condition[] = [];
  const add = (unmet: AgentObstacle, fits: Fits): unknown => conditions.push({ unmet, fits });
  if (targetAgentId !== null) add('target-agent-absent', ({ agent }) => agent.agentId === targetAgentId);
  if (tags.length > 0) add('tags-unmatched', ({ agent }) => tags.every((tag) => agent.tags.includes(tag)));
  if (version !== null) add('version-unmatched', (offer) => isInRange(offer.version, version));
  if (resources) add('resources-too-large', ({ agent }) => couldHold(agent.resources, resources));
  if (spreadKey !== null) add('spread', ({ agent }) => !spreads.isTaken(spreadKey, agent.agentId, agent.name));
  return conditions;
}

/** The first condition after which nobody is left; no offer meets them all. */
function firstUnmet(offers: readonly AgentOffer[], conditions: readonly Condition[]): AgentObstacle {
  let left = offers;
  const emptied = ({ fits }: Condition): boolean => (left = left.filter(fits)).length === 0;
  return (conditions.find(emptied) as Condition).unmet;
}
