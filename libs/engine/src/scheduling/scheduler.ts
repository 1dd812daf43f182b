import { type AgentSeen } from '@baton/contracts';
import { AgentPool, type AgentSlots } from './agent-pool';
import { ReadyQueue, type ReadyTask } from './ready-queue';
import { strategies } from './strategies/strategies';
import { type StrategyName } from './strategies/strategy';

/** Why this agent: the policy and the scores of those who could have had it, best first, at most five. */
export interface Choice {
  readonly strategy: StrategyName;
  readonly candidates: readonly { readonly agentId: string; readonly score: number }[];
}
export interface Assignment {
  readonly task: ReadyTask;
  readonly agentId: string;
  readonly choice: Choice;
}
export interface Plan {
  readonly assignments: readonly Assignment[];
  /** Past their deadline: to be failed, not started. */
  readonly expired: readonly ReadyTask[];
}

/** Why a ready task has not been given to anybody. */
export type Obstacle =
  | 'no-capable-agent'
  | 'no-free-slot'
  | 'target-agent-absent'
  | 'tags-unmatched'
  | 'fitting-agents-busy'
  | 'concurrency-key-full';

/** How far past a task that cannot go now the plan looks for one that can, per capability and call. */
const LOOK_AHEAD = 200;

/**
 * Holds the window of ready tasks and the slots of the agents, and pairs them. Rules:
 * D1 Smaller rank first, over all capabilities; a task that cannot go now holds up nobody else.
 * D2 No agent is given more than it has free slots for; no key more than its limit.
 * D3 What is planned is taken: slots and keys are counted at once and must be given back by `release`.
 */
export class Scheduler {
  readonly pool = new AgentPool();
  private readonly queues = new Map<string, ReadyQueue>();
  private readonly runningByKey = new Map<string, number>();

  constructor(private readonly strategyOf: (capability: string) => StrategyName = () => 'least-load') {}

  add(task: ReadyTask): void {
    let queue = this.queues.get(task.capability);
    if (!queue) this.queues.set(task.capability, (queue = new ReadyQueue()));
    queue.add(task);
  }

  /** Forgets a ready task, whatever its capability. */
  remove(taskId: string): boolean {
    for (const queue of this.queues.values()) if (queue.remove(taskId)) return true;
    return false;
  }

  readyCount(capability: string): number {
    return this.queues.get(capability)?.size ?? 0;
  }

  /** Ready tasks in memory, over all capabilities. */
  totalReady(): number {
    let total = 0;
    for (const queue of this.queues.values()) total += queue.size;
    return total;
  }

  upsertAgent(agent: AgentSeen): void {
    this.pool.upsert(agent);
  }

  removeAgent(agentId: string): void {
    this.pool.remove(agentId);
  }

  /** Counts an attempt that is already out, after a restart. */
  take(agentId: string, task: Pick<ReadyTask, 'capability' | 'concurrencyKey'>): void {
    this.pool.take(agentId, task.capability);
    if (task.concurrencyKey) this.runningByKey.set(task.concurrencyKey, this.keyCount(task.concurrencyKey) + 1);
  }

  /** Gives back the slot and the key of an attempt that ended or was never sent. */
  release(agentId: string, task: Pick<ReadyTask, 'capability' | 'concurrencyKey'>): void {
    this.pool.giveBack(agentId, task.capability);
    this.releaseKey(task.concurrencyKey);
  }

  /** Pairs up to `limit` tasks with agents. */
  plan(limit: number, nowMs: number): Plan {
    const assignments: Assignment[] = [];
    const expired: ReadyTask[] = [];
    const passedOver: ReadyTask[] = [];
    const looked = new Map<ReadyQueue, number>();
    const open = [...this.queues.values()].filter((queue) => queue.size > 0);
    for (let queue = bestOf(open); queue && assignments.length < limit; queue = bestOf(open)) {
      const task = queue.pop() as ReadyTask;
      const outcome = this.place(task, nowMs);
      if (outcome === 'expired') expired.push(task);
      else if (typeof outcome === 'object') assignments.push(outcome);
      else {
        passedOver.push(task);
        const seen = (looked.get(queue) ?? 0) + 1;
        looked.set(queue, seen);
        if (outcome === 'no-free-slot' || outcome === 'no-capable-agent' || seen >= LOOK_AHEAD) close(open, queue);
      }
    }
    for (const task of passedOver) this.add(task);
    return { assignments, expired };
  }

  /** What stands in the way of a ready task now; undefined: nothing, it goes with the next plan. */
  obstacle(task: ReadyTask): Obstacle | undefined {
    const found = this.candidates(task);
    return typeof found === 'string' ? found : undefined;
  }

  private place(task: ReadyTask, nowMs: number): Assignment | Obstacle | 'expired' {
    if (task.deadlineMs !== null && task.deadlineMs <= nowMs) return 'expired';
    const candidates = this.candidates(task);
    if (typeof candidates === 'string') return candidates;
    const strategy = this.strategyOf(task.capability);
    const ranked = rankCandidates(candidates, strategy);
    const chosen = ranked[0] as { agentId: string };
    this.take(chosen.agentId, task);
    return { task, agentId: chosen.agentId, choice: { strategy, candidates: ranked.slice(0, 5) } };
  }

  private candidates(task: ReadyTask): AgentSlots[] | Obstacle {
    if (task.concurrencyKey && this.keyCount(task.concurrencyKey) >= task.concurrencyLimit)
      return 'concurrency-key-full';
    const available = this.pool.available(task.capability);
    if (task.targetAgentId === null && task.tags.length === 0) {
      if (available.length > 0) return available;
      return this.pool.offering(task.capability).length > 0 ? 'no-free-slot' : 'no-capable-agent';
    }
    return this.matching(task, available);
  }

  private matching(task: ReadyTask, available: AgentSlots[]): AgentSlots[] | Obstacle {
    const fits = ({ agent }: AgentSlots): boolean =>
      (task.targetAgentId === null || agent.agentId === task.targetAgentId) &&
      task.tags.every((tag) => agent.tags.includes(tag));
    const found = available.filter(fits);
    if (found.length > 0) return found;
    const offering = this.pool.offering(task.capability);
    if (offering.length === 0) return 'no-capable-agent';
    if (offering.some(fits)) return 'fitting-agents-busy';
    return task.targetAgentId === null ? 'tags-unmatched' : 'target-agent-absent';
  }

  private keyCount(key: string): number {
    return this.runningByKey.get(key) ?? 0;
  }

  private releaseKey(key: string | null): void {
    if (!key) return;
    const left = this.keyCount(key) - 1;
    if (left > 0) this.runningByKey.set(key, left);
    else this.runningByKey.delete(key);
  }
}

function rankCandidates(candidates: AgentSlots[], strategy: StrategyName): { agentId: string; score: number }[] {
  const score = strategies[strategy];
  return candidates
    .map((slots) => ({ agentId: slots.agent.agentId, score: score(slots), lastAssigned: slots.lastAssigned }))
    .sort((a, b) => b.score - a.score || a.lastAssigned - b.lastAssigned)
    .map(({ agentId, score: value }) => ({ agentId, score: value }));
}

function bestOf(open: readonly ReadyQueue[]): ReadyQueue | undefined {
  let best: ReadyQueue | undefined;
  let bestRank = Infinity;
  for (const queue of open) {
    const rank = queue.peek()?.rank ?? Infinity;
    if (rank < bestRank || (best === undefined && rank !== Infinity)) [best, bestRank] = [queue, rank];
  }
  return best;
}

function close(open: ReadyQueue[], queue: ReadyQueue): void {
  open.splice(open.indexOf(queue), 1);
}
