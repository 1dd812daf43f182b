import { type AgentSeen } from '@baton/contracts';
import { AgentChoice, type Choice, type Fits, lackOf } from './agent-choice';
import { AgentPool } from './agent-pool';
import { ReadyQueue, type ReadyTask } from './ready-queue';
import { type StrategyName } from './strategies/strategies';

export interface Assignment {
  readonly task: ReadyTask;
  readonly agentId: string;
  readonly choice: Choice;
}
export interface Plan {
  readonly assignments: readonly Assignment[];
  /** Past their deadline: to be failed, not started. */
  readonly expired: readonly ReadyTask[];
  /** Breakers keep everybody from them, and another capability will do: to be queued for that one. */
  readonly reroutes: readonly Reroute[];
}
export interface Reroute {
  readonly task: ReadyTask;
  /** One of its fallbacks, of which somebody is not broken. */
  readonly to: string;
}

/** Why a ready task has not been given to anybody. */
export type Obstacle =
  | 'no-capable-agent'
  | 'no-free-slot'
  | 'target-agent-absent'
  | 'tags-unmatched'
  | 'fitting-agents-busy'
  | 'breakers-open'
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
  private readonly choice: AgentChoice;

  /** The same seed makes the same choices where chance plays a part. */
  constructor(
    private readonly strategyOf: (capability: string) => StrategyName = () => 'least-load',
    seed = 0,
  ) {
    this.choice = new AgentChoice(seed);
  }

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
    const reroutes: Reroute[] = [];
    const passedOver: ReadyTask[] = [];
    const looked = new Map<ReadyQueue, number>();
    const open = [...this.queues.values()].filter((queue) => queue.size > 0);
    for (let queue = bestOf(open); queue && assignments.length < limit; queue = bestOf(open)) {
      const task = queue.pop() as ReadyTask;
      const outcome = this.place(task, nowMs);
      if (outcome === 'expired') expired.push(task);
      else if (typeof outcome === 'object') {
        if ('to' in outcome) reroutes.push(outcome);
        else assignments.push(outcome);
      } else {
        passedOver.push(task);
        const seen = (looked.get(queue) ?? 0) + 1;
        looked.set(queue, seen);
        if (outcome === 'no-free-slot' || outcome === 'no-capable-agent' || seen >= LOOK_AHEAD) close(open, queue);
      }
    }
    for (const task of passedOver) this.add(task);
    return { assignments, expired, reroutes };
  }

  /** What stands in the way of a ready task now; undefined: nothing, it goes with the next plan. */
  obstacle(task: ReadyTask): Obstacle | undefined {
    if (this.isKeyFull(task)) return 'concurrency-key-full';
    const offers = this.pool.offering(task.capability);
    const choice = this.choice.choose(offers, fitsOf(task), this.strategyOf(task.capability), 0);
    return choice ? undefined : this.lack(task);
  }

  private place(task: ReadyTask, nowMs: number): Assignment | Reroute | Obstacle | 'expired' {
    if (task.deadlineMs !== null && task.deadlineMs <= nowMs) return 'expired';
    if (this.isKeyFull(task)) return 'concurrency-key-full';
    const offers = this.pool.offering(task.capability);
    const choice = this.choice.choose(offers, fitsOf(task), this.strategyOf(task.capability), nowMs);
    const [chosen] = choice?.candidates ?? [];
    if (!choice || !chosen) return this.reroute(task) ?? this.lack(task);
    this.take(chosen.agentId, task);
    return { task, agentId: chosen.agentId, choice };
  }

  private reroute(task: ReadyTask): Reroute | undefined {
    if (task.fallback.length === 0 || this.lack(task) !== 'breakers-open') return undefined;
    const to = task.fallback.find((capability) => {
      const offers = this.pool.offering(capability);
      return offers.length > 0 && !this.pool.isBroken(capability);
    });
    return to === undefined ? undefined : { task, to };
  }

  private lack(task: ReadyTask): Obstacle {
    const fits = fitsOf(task);
    switch (lackOf(this.pool.offering(task.capability), fits)) {
      case 'nobody-offers':
        return 'no-capable-agent';
      case 'nobody-fits':
        return task.targetAgentId === null ? 'tags-unmatched' : 'target-agent-absent';
      case 'breakers-open':
        return 'breakers-open';
      case 'all-busy':
        return fits ? 'fitting-agents-busy' : 'no-free-slot';
    }
  }

  private isKeyFull({ concurrencyKey, concurrencyLimit }: ReadyTask): boolean {
    return concurrencyKey !== null && this.keyCount(concurrencyKey) >= concurrencyLimit;
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

/** What a task asks of its agent beyond the capability; undefined: nothing, which costs nothing. */
function fitsOf({ targetAgentId, tags }: ReadyTask): Fits | undefined {
  if (targetAgentId === null && tags.length === 0) return undefined;
  return ({ agent }) =>
    (targetAgentId === null || agent.agentId === targetAgentId) && tags.every((tag) => agent.tags.includes(tag));
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
