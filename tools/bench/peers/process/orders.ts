import { type DriverName, type DriverOptions } from '../drivers';

/** What a worker does with a job: echo it and count, echo it and tell its number, or tell and never end. */
export type WorkMode = 'count' | 'tell' | 'hold';

/** What the runner asks of a peer's process. */
export type Order =
  | { readonly verb: 'prepare'; readonly driver: DriverName; readonly options: DriverOptions }
  | { readonly verb: 'client'; readonly driver: DriverName; readonly options: DriverOptions }
  | {
      readonly verb: 'worker';
      readonly driver: DriverName;
      readonly options: DriverOptions;
      readonly mode: WorkMode;
    }
  | { readonly verb: 'submit'; readonly count: number; readonly perCall: number; readonly inFlight: number }
  | { readonly verb: 'wait'; readonly count: number }
  | { readonly verb: 'completed' }
  | { readonly verb: 'untilCompleted'; readonly count: number; readonly timeoutMs: number }
  | { readonly verb: 'close' };

export type Verb = Order['verb'];

/** The answers by verb; times are milliseconds since the epoch with fractions. */
export interface Answers {
  prepare: null;
  client: null;
  worker: null;
  /** When the first was handed in and when the last was accepted. */
  submit: { readonly startedAt: number; readonly endedAt: number };
  /** One latency for each. */
  wait: readonly number[];
  completed: number;
  /** When the count was seen. */
  untilCompleted: number;
  close: null;
}

export type Reply =
  | { readonly id: number; readonly value: Answers[Verb] }
  | { readonly id: number; readonly error: string }
  | { readonly event: 'handled'; readonly total: number; readonly firstAt: number }
  | { readonly event: 'started'; readonly n: number; readonly at: number };
