import { type DurationStats } from './durations';

/** What is left of a run as jobs: what takes a slot, and what only takes time or joins others. */
export interface ForecastPlan {
  readonly jobs: readonly Job[];
  readonly kinds: readonly JobKind[];
  /** How many jobs of a lane may run at once. */
  readonly lanes: readonly number[];
  readonly queues: readonly JobQueue[];
  /** The part of the jobs that is only expected, 0 to 1. */
  readonly guessed: number;
  /** The job whose end is the end of the run. */
  readonly last: number;
}

/** Jobs that wait for the same: of one kind and in the same lanes. */
export interface JobQueue {
  readonly kind: number;
  readonly lanes: readonly number[];
  /** They start in the order of the plan; otherwise in the order in which they become ready. */
  readonly inOrder: boolean;
}

/** Of jobs that take slots. */
export interface JobKind {
  readonly durations: DurationStats;
  /** How many can run at once, whoever wants them. */
  readonly slots: number;
}

export interface Job {
  /** Index into `queues`; -1: it needs no slot. */
  readonly queue: number;
  /** Without a queue: how long it takes. With one: how long it has been running, or null. */
  readonly ms: number | null;
  /** How many of those before it must have ended. */
  needs: number;
  readonly dependents: number[];
}
