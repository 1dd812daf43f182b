import { Fifo } from '../rabbitmq/fifo';

/** What work ends with that was taken out before its turn. */
export const evicted = Symbol('evicted');

interface Job {
  readonly group: object;
  start(): Promise<void>;
  evict(): void;
}

interface Lane {
  readonly key: string;
  readonly jobs: Fifo<Job>;
}

/**
 * L1 Work of one key is done one after another, in the order it came.
 * L2 Work of different keys is done at once, at most `concurrency`; every key has its turn.
 * L3 A key without work takes no memory.
 */
export class Lanes {
  private readonly lanes = new Map<string, Lane>();
  /** Lanes of which nothing runs; those without jobs are dropped when their turn comes. */
  private readonly ready = new Fifo<Lane>();
  private running = 0;

  constructor(private readonly concurrency: number) {}

  /** Keys that have work. */
  get size(): number {
    return this.lanes.size;
  }

  /** Resolves or rejects as the work does; with `evicted` when its group was evicted before its turn. */
  run<Result>(key: string, group: object, work: () => Promise<Result>): Promise<Result | typeof evicted> {
    return new Promise((resolve, reject) => {
      const job = { group, start: () => work().then(resolve, reject), evict: () => resolve(evicted) };
      this.laneOf(key).jobs.push(job);
      this.pump();
    });
  }

  /** Takes out what waits of this group; what runs goes on. */
  evict(group: object): void {
    for (const { jobs } of this.lanes.values()) {
      for (const job of jobs.drain()) {
        if (job.group === group) job.evict();
        else jobs.push(job);
      }
    }
    this.pump();
  }

  private laneOf(key: string): Lane {
    const known = this.lanes.get(key);
    if (known) return known;
    const lane = { key, jobs: new Fifo<Job>() };
    this.lanes.set(key, lane);
    this.ready.push(lane);
    return lane;
  }

  private pump(): void {
    while (this.running < this.concurrency) {
      const lane = this.ready.shift();
      if (!lane) return;
      const job = lane.jobs.shift();
      if (job) this.start(lane, job);
      else this.lanes.delete(lane.key);
    }
  }

  private start(lane: Lane, job: Job): void {
    this.running++;
    void job.start().then(() => {
      this.running--;
      this.ready.push(lane);
      this.pump();
    });
  }
}
