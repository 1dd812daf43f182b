import { type DriverOptions, type JobInput, type JobOutput, type PeerClient, type PeerDriver } from './driver';
import { peerPackage } from './peer-package';

interface Job {
  readonly data: JobInput;
  waitUntilFinished(events: Closable, withinMs: number): Promise<unknown>;
  isCompleted(): Promise<boolean>;
}
interface Closable {
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}
interface Queue extends Closable {
  add(name: string, data: JobInput): Promise<Job>;
  addBulk(jobs: { name: string; data: JobInput }[]): Promise<Job[]>;
  getCompletedCount(): Promise<number>;
}
interface BullMq {
  Queue: new (name: string, options: object, backend?: unknown) => Queue;
  QueueEvents: new (name: string, options: object, backend?: unknown) => Closable;
  Worker: new (
    name: string,
    processor: (job: Job) => JobOutput | Promise<JobOutput>,
    options: object,
    backend?: unknown,
  ) => Closable;
  createPostgresBackend: unknown;
}

const QUEUE = 'work';
const JOB = 'echo';
const EVENT_WITHIN_MS = 2_000;

const load = (home: string): BullMq => peerPackage<BullMq>(home, 'bullmq');

/** Where the jobs are kept; BullMQ 6 has a store in PostgreSQL besides the one in Redis. */
interface Store {
  connection(options: DriverOptions): object;
  backend(bullmq: BullMq): unknown;
}

const inRedis: Store = {
  connection: ({ redisPort: port, redisDatabase: db }) => ({ host: '127.0.0.1', port, db, maxRetriesPerRequest: null }),
  backend: () => undefined,
};
const inPostgres: Store = {
  connection: ({ databaseUrl }) => ({ connectionString: databaseUrl, migrate: true, max: 20 }),
  backend: ({ createPostgresBackend }) => createPostgresBackend,
};

async function ready<Part extends Closable>(part: Part): Promise<Part> {
  part.on('error', (error) => console.error(error));
  await part.waitUntilReady();
  return part;
}

/** A listener that has only just been opened may miss an event for good: then the job itself is asked. */
async function waitFor(job: Job, events: Closable): Promise<void> {
  try {
    await job.waitUntilFinished(events, EVENT_WITHIN_MS);
  } catch (error) {
    if (!(await job.isCompleted())) throw error;
  }
}

async function openClient(store: Store, options: DriverOptions): Promise<PeerClient> {
  const bullmq = load(options.home);
  const settings = { connection: store.connection(options) };
  const backend = store.backend(bullmq);
  const queue = await ready(new bullmq.Queue(QUEUE, settings, backend));
  let events: Promise<Closable> | undefined;
  return {
    submitBulk: async (inputs) => void (await queue.addBulk(inputs.map((data) => ({ name: JOB, data })))),
    submit: async (input) => void (await queue.add(JOB, input)),
    submitAndWait: async (input) => {
      events ??= ready(new bullmq.QueueEvents(QUEUE, settings, backend));
      const listening = await events;
      await waitFor(await queue.add(JOB, input), listening);
    },
    completed: () => queue.getCompletedCount(),
    close: async () => {
      await (await events)?.close();
      await queue.close();
    },
  };
}

function driverOn(store: Store): PeerDriver {
  return {
    prepare: async (options) => (await openClient(store, options)).close(),
    openClient: (options) => openClient(store, options),
    startWorker: async (options, handle) => {
      const bullmq = load(options.home);
      const settings = { connection: store.connection(options), concurrency: options.slots };
      const worker = await ready(
        new bullmq.Worker(QUEUE, async ({ data }) => handle(data), settings, store.backend(bullmq)),
      );
      return () => worker.close();
    },
  };
}

export const bullmq = driverOn(inRedis);
export const bullmqPostgres = driverOn(inPostgres);
