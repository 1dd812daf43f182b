import { setTimeout as pause } from 'node:timers/promises';
import {
  type DriverOptions,
  type Handler,
  type JobInput,
  LOOK_EVERY_MS,
  type PeerClient,
  type PeerDriver,
} from './driver';
import { numberOf, openPool, peerPackage } from './peer-package';

interface Job {
  readonly id: string;
  readonly data: JobInput;
}
interface Boss {
  on(event: 'error', listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  stop(options?: object): Promise<void>;
  createQueue(name: string, options?: object): Promise<void>;
  insert(name: string, jobs: { data: JobInput }[]): Promise<unknown>;
  send(name: string, data: JobInput): Promise<string | null>;
  work(name: string, options: object, handler: (jobs: Job[]) => Promise<unknown>): Promise<string>;
  getJobById(name: string, id: string): Promise<{ state: string; output: unknown } | null>;
}
type PgBoss = new (options: object) => Boss;

const QUEUE = 'work';

async function start({ home, databaseUrl, tuned, notify }: DriverOptions, worker: boolean): Promise<Boss> {
  const { PgBoss: Constructor } = peerPackage<{ PgBoss: PgBoss }>(home, 'pg-boss');
  // The side that only submits leaves upkeep and schedules to the worker's.
  const role = worker ? { useListenNotify: notify } : { supervise: false, schedule: false };
  const boss = new Constructor({ connectionString: databaseUrl, max: tuned ? 20 : 10, ...role });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  return boss;
}

async function waitFor(boss: Boss, id: string): Promise<unknown> {
  for (;;) {
    const job = await boss.getJobById(QUEUE, id);
    if (job?.state === 'completed') return job.output;
    if (job?.state === 'failed') throw new Error(`pg-boss failed job ${id}: ${JSON.stringify(job.output)}`);
    await pause(LOOK_EVERY_MS);
  }
}

async function openClient(options: DriverOptions): Promise<PeerClient> {
  const boss = await start(options, false);
  const pool = openPool(options.home, options.databaseUrl, 1);
  const send = async (input: JobInput): Promise<string> => {
    const id = await boss.send(QUEUE, input);
    if (id === null) throw new Error('pg-boss accepted no job');
    return id;
  };
  return {
    submitBulk: async (inputs) => {
      await boss.insert(
        QUEUE,
        inputs.map((data) => ({ data })),
      );
    },
    submit: async (input) => void (await send(input)),
    submitAndWait: async (input) => waitFor(boss, await send(input)),
    completed: () => numberOf(pool, `select count(*) as n from pgboss.job where state = 'completed'`),
    close: async () => {
      await pool.end();
      await boss.stop({ graceful: false });
    },
  };
}

/** As it comes a worker fetches one job every two seconds, so as many workers as there are slots. */
const plain = (boss: Boss, slots: number, handle: Handler): Promise<string> =>
  boss.work(QUEUE, { localConcurrency: slots }, async ([job]) => job && handle(job.data));

/** Large batches, again at once while they come full, each job with a result of its own. */
const tunedWork = (boss: Boss, handle: Handler): Promise<string> => {
  const options = { batchSize: 500, burstWhenBatchFull: true, perJobResults: true, pollingIntervalSeconds: 0.5 };
  return boss.work(QUEUE, { ...options, notifyPollingIntervalSeconds: 0.5 }, (jobs) =>
    Promise.all(jobs.map(async ({ id, data }) => ({ id, status: 'completed', output: await handle(data) }))),
  );
};

export const pgBoss: PeerDriver = {
  prepare: async (options) => {
    const boss = await start(options, true);
    await boss.createQueue(QUEUE, { notify: options.notify });
    await boss.stop({ graceful: false });
  },
  openClient,
  startWorker: async (options, handle) => {
    const boss = await start(options, true);
    await (options.tuned ? tunedWork(boss, handle) : plain(boss, options.slots, handle));
    return () => boss.stop({ graceful: false });
  },
};
