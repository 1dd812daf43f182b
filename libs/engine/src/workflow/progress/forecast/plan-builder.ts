import { type DurationStats, withRunning } from './durations';
import { type ForecastPlan, type Job, type JobKind, type JobQueue } from './plan';

/** What is known of the mesh and of earlier runs. */
export interface ForecastKnowledge {
  /** Of work, from assignment to end; undefined: it has never been done. */
  durationsOf(capability: string): DurationStats | undefined;
  /** How many agents can do at once; undefined: not known, any number. */
  slotsOf(capability: string): number | undefined;
  /** How many children a step had in an earlier run of the same name; keys without what is in brackets: `sub/each`. */
  childrenOf(key: string): number | undefined;
  /** When the task of the unit was given to an agent; null: it has not been; undefined: as soon as it was submitted. */
  assignedAt(key: string, taskId: string): Date | null | undefined;
}

/** Beginning and end of a part of the plan. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** More is not forecast. */
const MAX_JOBS = 30_000;

/** Something of the run cannot be known: there is no forecast. */
export class Unforeseeable extends Error {}

/** Puts a plan together. */
export class PlanBuilder {
  private readonly jobs: Job[] = [];
  private readonly kinds: JobKind[] = [];
  /** For how long work has been running, by kind. */
  private readonly running: number[][] = [];
  private readonly lanes: number[] = [];
  private readonly queues: JobQueue[] = [];
  private readonly kindOf = new Map<string, number>();
  private readonly queueOf = new Map<string, number>();
  private readonly ordered = new Set<number>();
  private guessing = false;
  private guessed = 0;

  constructor(readonly known: ForecastKnowledge) {}

  /** At most so many jobs in it at once; `inOrder`: they start in the order in which they are added. */
  lane(limit: number, inOrder = false): number {
    const lane = this.lanes.push(limit) - 1;
    if (inOrder) this.ordered.add(lane);
    return lane;
  }

  /** What `add` adds is only expected, as far as anybody knows. */
  guess<Result>(add: () => Result): Result {
    const outer = this.guessing;
    this.guessing = true;
    try {
      return add();
    } finally {
      this.guessing = outer;
    }
  }

  /** Work for an agent; `elapsedMs`: for so long it has been running. */
  work(capability: string, lanes: readonly number[], elapsedMs: number | null): Span {
    const queue = this.queue(capability, lanes);
    if (this.guessing) this.guessed += 1;
    if (elapsedMs !== null) this.running[this.queues[queue]?.kind as number]?.push(elapsedMs);
    return this.add({ queue, ms: elapsedMs });
  }

  /** What takes time only. */
  pause(ms: number): Span {
    return this.add({ queue: -1, ms });
  }

  /** `after` starts when `before` has ended. */
  join(before: Span, after: Span): void {
    (this.jobs[before.last] as Job).dependents.push(after.first);
    (this.jobs[after.first] as Job).needs += 1;
  }

  /** Begins before and ends after all of these, or after so many of them. */
  around(spans: readonly Span[], enough = spans.length): Span {
    const { first } = this.pause(0);
    const { last } = this.pause(0);
    for (const span of spans) {
      this.join({ first, last: first }, span);
      this.join(span, { first: last, last });
    }
    if (spans.length === 0) this.join({ first, last: first }, { first: last, last });
    else (this.jobs[last] as Job).needs = Math.max(1, Math.min(enough, spans.length));
    return { first, last };
  }

  plan({ last }: Span): ForecastPlan {
    const kinds = this.kinds.map((kind, index) => ({
      ...kind,
      durations: withRunning(kind.durations, this.running[index] as number[]),
    }));
    const guessed = this.guessed / Math.max(1, this.jobs.length);
    return { jobs: this.jobs, kinds, lanes: this.lanes, queues: this.queues, guessed, last };
  }

  private add(job: Pick<Job, 'queue' | 'ms'>): Span {
    if (this.jobs.length === MAX_JOBS) throw new Unforeseeable('There is too much of it.');
    const index = this.jobs.push({ ...job, needs: 0, dependents: [] }) - 1;
    return { first: index, last: index };
  }

  private queue(capability: string, lanes: readonly number[]): number {
    const kind = this.kind(capability);
    const name = `${kind} ${lanes.join(' ')}`;
    const known = this.queueOf.get(name);
    if (known !== undefined) return known;
    const queue = this.queues.push({ kind, lanes, inOrder: lanes.some((lane) => this.ordered.has(lane)) }) - 1;
    this.queueOf.set(name, queue);
    return queue;
  }

  private kind(capability: string): number {
    const known = this.kindOf.get(capability);
    if (known !== undefined) return known;
    const durations = this.known.durationsOf(capability);
    if (durations === undefined) throw new Unforeseeable(`${capability} has never been done.`);
    const slots = Math.max(1, this.known.slotsOf(capability) ?? Infinity);
    const kind = this.kinds.push({ durations, slots }) - 1;
    this.running.push([]);
    this.kindOf.set(capability, kind);
    return kind;
  }
}
