/** What a job carries: as much as a no-op task of Baton's own scenarios. */
export interface JobInput {
  readonly n: number;
  readonly text: string;
}

export interface JobOutput {
  readonly echo: JobInput;
}

/** What a worker does with a job. */
export type Handler = (input: JobInput) => Promise<JobOutput> | JobOutput;

export type DriverName = 'bullmq' | 'bullmq-postgres' | 'dbos' | 'graphile-worker' | 'pg-boss';

/** Where a peer finds its store, and how it is set. */
export interface DriverOptions {
  /** The folder the peers' packages are installed in. */
  readonly home: string;
  /** A database of this row's own. */
  readonly databaseUrl: string;
  readonly redisPort: number;
  /** One of Redis's own numbered databases. */
  readonly redisDatabase: number;
  /** The settings that are best for these measurements, or those it comes with. */
  readonly tuned: boolean;
  /** Whether submitting wakes the worker by NOTIFY, where that is a choice: quicker one by one, slower in a crowd. */
  readonly notify: boolean;
  /** How many jobs a worker has at a time. */
  readonly slots: number;
  /** Names a worker process; it keeps its name when it is started again. */
  readonly workerName: string;
}

/** The side that submits. */
export interface PeerClient {
  /** Submits all at once, by the peer's own means for that; resolves when the peer has accepted them. */
  submitBulk(inputs: readonly JobInput[]): Promise<void>;
  submit(input: JobInput): Promise<void>;
  /** Submits one and resolves with its recorded result. */
  submitAndWait(input: JobInput): Promise<unknown>;
  /** How many jobs in all have been recorded as completed. */
  completed(): Promise<number>;
  close(): Promise<void>;
}

/** One peer. Both sides live in processes of their own. */
export interface PeerDriver {
  /** Makes what the peer needs in its store; called once, before anything else. */
  prepare(options: DriverOptions): Promise<void>;
  openClient(options: DriverOptions): Promise<PeerClient>;
  /** Resolves when the worker takes jobs; the returned function ends it in order. */
  startWorker(options: DriverOptions, handle: Handler): Promise<() => Promise<void>>;
}

/** How often a client looks for a result where a peer has no other way to wait for it. */
export const LOOK_EVERY_MS = 2;
