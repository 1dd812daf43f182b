import { drawDuration, type DurationDraw, durationOf, restOf } from './durations';
import { MinHeap } from './min-heap';
import { type ForecastPlan, type Job, type JobQueue } from './plan';

/**
 * Plays what is left once, with durations by chance: whatever can start starts, in the order in which it became ready.
 * Resolves with milliseconds until the last job has ended. Costs what there are jobs.
 */
export function simulate(plan: ForecastPlan, uniform: () => number): number {
  return new Play(plan, uniform).run();
}

class Play {
  private now = 0;
  private readonly draws: readonly DurationDraw[];
  private readonly needs: number[];
  private readonly freeSlots: number[];
  private readonly freeLanes: number[];
  private readonly waiting: number[][];
  private readonly next: number[];
  private readonly running = new MinHeap();

  constructor(
    private readonly plan: ForecastPlan,
    private readonly uniform: () => number,
  ) {
    this.draws = plan.kinds.map(({ durations }) => drawDuration(durations, uniform));
    this.needs = plan.jobs.map(({ needs }) => needs);
    this.freeSlots = plan.kinds.map(({ slots }) => slots);
    this.freeLanes = [...plan.lanes];
    this.waiting = plan.queues.map(() => []);
    for (const [index, { queue, ms }] of plan.jobs.entries()) {
      if (ms === null && plan.queues[queue]?.inOrder) this.waiting[queue]?.push(index);
    }
    this.next = plan.queues.map(() => 0);
  }

  run(): number {
    const { jobs, last } = this.plan;
    // Those that run have their slots already.
    for (const [index, job] of jobs.entries()) if (job.queue >= 0 && job.ms !== null) this.start(index, job);
    for (const [index, job] of jobs.entries()) if (job.needs === 0 && !isRunning(job)) this.ready(index, job);
    this.fill();
    while (this.running.size > 0) {
      const { key, value } = this.running.pop();
      this.now = key;
      if (value === last) break;
      this.end(value);
    }
    return this.now;
  }

  private ready(index: number, { queue, ms }: Job): void {
    if (queue < 0) this.running.push(this.now + (ms as number), index);
    else if (!this.queueOf(queue).inOrder) (this.waiting[queue] as number[]).push(index);
  }

  private start(index: number, { queue, ms }: Job): void {
    const { kind, lanes } = this.queueOf(queue);
    this.take(kind, lanes, -1);
    const draw = this.draws[kind] as DurationDraw;
    const takes = ms === null ? durationOf(draw, this.uniform) : restOf(draw, ms, this.uniform);
    this.running.push(this.now + takes, index);
  }

  private end(index: number): void {
    const { queue, dependents } = this.plan.jobs[index] as Job;
    if (queue >= 0) {
      const { kind, lanes } = this.queueOf(queue);
      this.take(kind, lanes, 1);
    }
    for (const dependent of dependents) {
      this.needs[dependent] = (this.needs[dependent] as number) - 1;
      const job = this.plan.jobs[dependent] as Job;
      if (this.needs[dependent] === 0 && !isRunning(job)) this.ready(dependent, job);
    }
    this.fill();
  }

  /** Starts what has room. */
  private fill(): void {
    for (const [queue, { kind, lanes }] of this.plan.queues.entries()) {
      const waiting = this.waiting[queue] as number[];
      while ((this.next[queue] as number) < waiting.length && this.hasRoom(kind, lanes)) {
        const index = waiting[this.next[queue] as number] as number;
        if ((this.needs[index] as number) > 0) break;
        this.next[queue] = (this.next[queue] as number) + 1;
        this.start(index, this.plan.jobs[index] as Job);
      }
    }
  }

  private queueOf(queue: number): JobQueue {
    return this.plan.queues[queue] as JobQueue;
  }

  private hasRoom(kind: number, lanes: readonly number[]): boolean {
    return (this.freeSlots[kind] as number) > 0 && lanes.every((lane) => (this.freeLanes[lane] as number) > 0);
  }

  private take(kind: number, lanes: readonly number[], by: 1 | -1): void {
    this.freeSlots[kind] = (this.freeSlots[kind] as number) + by;
    for (const lane of lanes) this.freeLanes[lane] = (this.freeLanes[lane] as number) + by;
  }
}

function isRunning({ queue, ms }: Job): boolean {
  return queue >= 0 && ms !== null;
}
