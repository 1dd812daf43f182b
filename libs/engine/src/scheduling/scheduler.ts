import { type AgentSeen, type RateLimit } from '@baton/contracts';
import { AgentChoice, type Choice, type Fits } from './agent-choice';
import { AgentPool } from './agent-pool';
import { InFlightBook, type InFlightLimits } from './in-flight-book';
import { KeyBook } from './key-book';
import { LineOrder } from './line-order';
import { RateBook } from './rate-book';
import { type ReadyLine } from './ready-line';
import { ReadyLines } from './ready-lines';
import { type Holding, type ReadyTask } from './ready-queue';
import { ResourceBook } from './resource-book';
import { SpreadBook } from './spread-book';
import { type StrategyName } from './strategies/strategies';
import { agentObstacle, type AgentObstacle, fitsOf, lasting } from './task-fit';

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
  /** Optional, and nobody could take them now: to be rejected. */
  readonly degraded: readonly Degraded[];
  /** When a rate limit lets the next task go, in milliseconds since the epoch; undefined: no task waits for one. */
  readonly nextAtMs: number | undefined;
}
export interface Reroute {
  readonly task: ReadyTask;
  /** One of its fallbacks, of which somebody is not broken. */
  readonly to: string;
}
export interface Degraded {
  readonly task: ReadyTask;
  readonly obstacle: AgentObstacle;
}

type KeyObstacle = 'concurrency-key-full' | 'rate-limited';
/** Why a ready task has not been given to anybody. */
export type Obstacle = AgentObstacle | KeyObstacle | 'capability-full' | 'mesh-full';

type Outcome = Assignment | Reroute | Degraded | Obstacle | 'expired';

/**
 * Holds the window of ready tasks and the slots of the agents, and pairs them. Rules:
 * D1 Smaller rank first, over all capabilities; a task that cannot go now holds up nobody else, however many there are
 *    of its kind. Tasks that wait for the same keys go one behind the other.
 * D2 No agent is given more than it has free slots and resources for; no key, capability or mesh more than its limit.
 * D3 What is planned is taken: slots, keys and resources are counted at once and must be given back by `release`.
 */
export class Scheduler {
  readonly pool = new AgentPool();
  /** Who is taken for which spread keys. */
  readonly spreads = new SpreadBook();
  readonly lines = new ReadyLines(this.spreads);
  private readonly keys = new KeyBook();
  private readonly rates = new RateBook();
  private readonly resources = new ResourceBook();
  private readonly inFlight: InFlightBook;
  private readonly choice: AgentChoice;
  /** Capabilities that have no slot left in the plan under way. */
  private readonly full = new Set<string>();

  /** The same seed makes the same choices where chance plays a part. */
  constructor(
    private readonly strategyOf: (capability: string) => StrategyName = () => 'least-load',
    seed = 0,
    limits: InFlightLimits = {},
  ) {
    this.choice = new AgentChoice(seed);
    this.inFlight = new InFlightBook(limits);
  }

  add(task: ReadyTask): void {
    this.lines.add(task);
  }

  /** Forgets a ready task, whatever its capability. */
  remove(taskId: string): boolean {
    return this.lines.remove(taskId);
  }

  readyCount(capability: string): number {
    return this.lines.ready(capability);
  }

  /** Ready tasks in memory, over all capabilities. */
  totalReady(): number {
    return this.lines.total();
  }

  upsertAgent(agent: AgentSeen): void {
    this.pool.upsert(agent);
  }

  removeAgent(agentId: string): void {
    this.pool.remove(agentId);
  }

  /** Counts an attempt that is already out, after a restart. Rates are told by `recallStart`. */
  take(agentId: string, task: Holding): void {
    this.pool.take(agentId, task.capability);
    this.inFlight.take(task.capability);
    if (task.concurrencyKey !== null) this.keys.take(task.concurrencyKey, task.concurrencyLimit);
    if (task.resources) this.resources.take(agentId, task.resources);
    if (task.spreadKey !== null) this.spreads.take(task.spreadKey, agentId, this.nameOf(agentId));
  }

  /** The attempt completed: its agent stays taken for the spread key after `release`. */
  keepSpread(agentId: string, spreadKey: string): void {
    this.spreads.keep(spreadKey, agentId, this.nameOf(agentId));
  }

  /** Gives back all that an attempt held which ended or was never sent. What began counts for its rate all the same. */
  release(agentId: string, task: Holding): void {
    this.pool.giveBack(agentId, task.capability);
    this.inFlight.giveBack(task.capability);
    if (task.resources) this.resources.giveBack(agentId, task.resources);
    if (task.spreadKey !== null) this.spreads.giveBack(task.spreadKey, agentId);
    if (task.concurrencyKey === null) return;
    this.keys.giveBack(task.concurrencyKey, task.concurrencyLimit);
    this.lines.keyFreed(task.concurrencyKey);
  }

  /** An attempt under a rate-limit key began at this time, before this scheduler was there. */
  recallStart(key: string, rate: RateLimit, atMs: number): void {
    this.rates.started(key, rate, atMs);
  }

  /** What was planned at `plannedMs` began at `atMs`: its window counts from then. */
  confirmStart({ rateLimitKey }: Holding, plannedMs: number, atMs: number): void {
    if (rateLimitKey !== null) this.rates.confirm(rateLimitKey, plannedMs, atMs);
  }

  /** Pairs up to `limit` tasks with agents. */
  plan(limit: number, nowMs: number): Plan {
    this.lines.timePassed(nowMs);
    const assignments: Assignment[] = [];
    const expired: ReadyTask[] = [];
    const reroutes: Reroute[] = [];
    const degraded: Degraded[] = [];
    const order = new LineOrder(this.lines.open());
    this.full.clear();
    for (let line = order.first(); line && assignments.length < limit; line = order.first()) {
      const task = line.open.peek() as ReadyTask;
      const outcome = this.isPassedOver(line, task) ? 'no-free-slot' : this.place(task, line.fits, nowMs);
      if (outcome === 'mesh-full') break;
      if (typeof outcome === 'string' && outcome !== 'expired') {
        this.setAside(line, task, outcome, order);
        continue;
      }
      this.lines.shift(line);
      order.settle();
      if (outcome === 'expired') expired.push(task);
      else if ('choice' in outcome) assignments.push(outcome);
      else if ('to' in outcome) reroutes.push(outcome);
      else degraded.push(outcome);
    }
    return { assignments, expired, reroutes, degraded, nextAtMs: this.lines.nextAtMs };
  }

  /**
   * Pairs a task that never was ready, when nothing stands in its way and nobody like it waits. Undefined: it has to be
   * added like any other. Tasks with keys always have to.
   */
  placeNow(task: ReadyTask, nowMs: number): Assignment | undefined {
    if (task.lane !== null || this.readyCount(task.capability) > 0) return undefined;
    const outcome = this.place(task, fitsOf(task, this.spreads), nowMs);
    return typeof outcome === 'object' && 'choice' in outcome ? outcome : undefined;
  }

  /** Whether one more task may wait at this agent until an attempt it has at the capability is done. */
  mayFollow(agentId: string, capability: string): boolean {
    if (this.inFlight.isFull || !this.inFlight.hasRoom(capability)) return false;
    return this.pool.get(agentId) !== undefined && this.pool.offer(agentId, capability)?.keepsNext === true;
  }

  /** What stands in the way of a ready task now; undefined: nothing, it goes when it is its turn. */
  obstacle(task: ReadyTask, nowMs: number): Obstacle | undefined {
    const other = this.limitReached(task, nowMs);
    if (other) return other;
    const fits = fitsOf(task, this.spreads);
    if (this.choose(task, fits, nowMs)) return undefined;
    const obstacle = this.agentObstacle(task, fits);
    return obstacle === 'breakers-open' && this.chooseAnyway(task, fits, nowMs) ? undefined : obstacle;
  }

  /** When the rate limit of the task lets it go; a time that has passed: now. Undefined: it has none. */
  rateOpensAtMs({ rateLimitKey, rateLimit }: ReadyTask): number | undefined {
    return rateLimitKey !== null && rateLimit ? this.rates.opensAtMs(rateLimitKey, rateLimit) : undefined;
  }

  private place(task: ReadyTask, fits: Fits | undefined, nowMs: number): Outcome {
    if (task.deadlineMs !== null && task.deadlineMs <= nowMs) return 'expired';
    const reached = this.limitReached(task, nowMs);
    if (reached) return reached;
    const choice = this.choose(task, fits, nowMs) ?? this.withoutAgent(task, fits, nowMs);
    if (typeof choice === 'string' || !('candidates' in choice)) return choice;
    const { agentId } = choice.candidates[0] as { agentId: string };
    this.take(agentId, task);
    if (task.rateLimitKey !== null && task.rateLimit) this.rates.started(task.rateLimitKey, task.rateLimit, nowMs);
    return { task, agentId, choice };
  }

  private nameOf(agentId: string): string | undefined {
    return this.pool.get(agentId)?.agent.name;
  }

  private limitReached(task: ReadyTask, nowMs: number): KeyObstacle | 'capability-full' | 'mesh-full' | undefined {
    if (this.inFlight.isFull) return 'mesh-full';
    if (task.lane !== null) {
      const { concurrencyKey, concurrencyLimit } = task;
      if (concurrencyKey !== null && !this.keys.hasRoom(concurrencyKey, concurrencyLimit))
        return 'concurrency-key-full';
      if ((this.rateOpensAtMs(task) ?? -Infinity) > nowMs) return 'rate-limited';
    }
    return this.inFlight.hasRoom(task.capability) ? undefined : 'capability-full';
  }

  /** Each spread key has a line of its own, and they may be many: what cannot have changed is not looked at again. */
  private isPassedOver({ spreadKey, capability, stuckAt }: ReadyLine, { optional, fallback }: ReadyTask): boolean {
    if (spreadKey === null || optional || fallback.length > 0) return false;
    return this.full.has(capability) || stuckAt === this.changes;
  }

  private noteSpread(line: ReadyLine, obstacle: Obstacle): void {
    if (obstacle === 'spread') line.stuckAt = this.changes;
    else if (obstacle === 'fitting-agents-busy' && !this.pool.hasRoom(line.capability)) this.full.add(line.capability);
  }

  /** Rises whenever an agent may have become free for a spread key. */
  private get changes(): number {
    return this.pool.changes + this.spreads.changes;
  }

  private choose(task: ReadyTask, fits: Fits | undefined, nowMs: number): Choice | undefined {
    const { capability } = task;
    const offers = this.pool.offering(capability);
    return this.choice.choose(offers, this.withRoom(task, fits), this.strategyOf(capability), nowMs);
  }

  private chooseAnyway(task: ReadyTask, fits: Fits | undefined, nowMs: number): Choice | undefined {
    const { capability } = task;
    const offers = this.pool.offering(capability);
    return this.choice.chooseAnyway(offers, this.withRoom(task, fits), this.strategyOf(capability), nowMs);
  }

  private withRoom({ resources }: ReadyTask, fits: Fits | undefined): Fits | undefined {
    if (!resources) return fits;
    return (offer) =>
      fits?.(offer) === true && this.resources.hasRoom(offer.agent.agentId, offer.agent.resources, resources);
  }

  /** Another capability, an end, or at last an agent whose breaker yields; else what stands in the way. */
  private withoutAgent(
    task: ReadyTask,
    fits: Fits | undefined,
    nowMs: number,
  ): Choice | Reroute | Degraded | AgentObstacle {
    const obstacle = this.agentObstacle(task, fits);
    const to = obstacle === 'breakers-open' ? this.soundFallback(task) : undefined;
    if (to !== undefined) return { task, to };
    if (task.optional && lasting.has(obstacle)) return { task, obstacle };
    return (obstacle === 'breakers-open' ? this.chooseAnyway(task, fits, nowMs) : undefined) ?? obstacle;
  }

  private agentObstacle(task: ReadyTask, fits: Fits | undefined): AgentObstacle {
    return agentObstacle(this.pool.offering(task.capability), task, fits, this.spreads);
  }

  private soundFallback(task: ReadyTask): string | undefined {
    return task.fallback.find((capability) => {
      const offers = this.pool.offering(capability);
      return offers.length > 0 && !this.pool.isBroken(capability);
    });
  }

  /** What stands in the way of the first stands in the way of those like it: none of them is looked at again now. */
  private setAside(line: ReadyLine, task: ReadyTask, obstacle: Obstacle, order: LineOrder): void {
    if (line.spreadKey !== null) this.noteSpread(line, obstacle);
    if (obstacle === 'concurrency-key-full') this.lines.parkForKey(line, task);
    else if (obstacle === 'rate-limited') this.lines.parkUntil(line, task, this.rateOpensAtMs(task) as number);
    else {
      line.blocked = line.fits !== undefined && obstacle !== 'capability-full';
      return order.drop();
    }
    order.settle();
  }
}
