/** A request to be sent many times. */
export interface RequestShape {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What a good answer's body holds. */
  readonly expect?: string;
}

/** The next request is sent as soon as an answer is there. */
export interface ClosedLoopJob extends RequestShape {
  readonly kind: 'closed-loop';
  readonly requests: number;
  readonly inFlight: number;
}

/** Requests are sent at their times, whether the earlier ones are answered or not. */
export interface OpenLoopJob extends RequestShape {
  readonly kind: 'open-loop';
  readonly perSecond: number;
  readonly requests: number;
}

/** As the closed loop, with tasks submitted over RabbitMQ. */
export interface BusJob {
  readonly kind: 'bus';
  readonly url: string;
  readonly authorization: string;
  /** The task, as JSON. */
  readonly body: string;
  readonly requests: number;
  readonly inFlight: number;
}

export type LoadJob = ClosedLoopJob | OpenLoopJob | BusJob;

export interface LoadResult {
  /** Milliseconds since the epoch, with fractions: comparable between the processes of one machine. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** One for each request, from the time it was to be sent. */
  readonly latenciesMs: readonly number[];
  /** The mean of the times at which the requests were sent. */
  readonly meanSentAt: number;
  /** How often an answer was 429 and the request was sent again. */
  readonly refused: number;
}

/** Milliseconds since the epoch, with fractions. */
export function exactNow(): number {
  return performance.timeOrigin + performance.now();
}
