import { setTimeout as pause } from 'node:timers/promises';
import {
  type DriverOptions,
  type Handler,
  type JobInput,
  LOOK_EVERY_MS,
  type PeerClient,
  type PeerDriver,
} from './driver';
import { numberOf, openPool, peerPackage, type PgPool } from './peer-package';

interface Helpers {
  readonly job: { readonly id: string };
  query(text: string, values: unknown[]): Promise<unknown>;
}
interface WorkerUtils {
  migrate(): Promise<void>;
  addJob(task: string, payload: JobInput): Promise<{ id: string }>;
  addJobs(jobs: { identifier: string; payload: JobInput }[]): Promise<unknown>;
  release(): Promise<void>;
}
interface GraphileWorker {
  Logger: new (factory: () => (level: string, message: string) => void) => unknown;
  makeWorkerUtils(options: object): Promise<WorkerUtils>;
  run(options: object): Promise<{ stop(): Promise<void> }>;
}

const TASK = 'echo';
const load = (home: string): GraphileWorker => peerPackage<GraphileWorker>(home, 'graphile-worker');

/** It deletes a job when it is done; whoever wants results writes them, as the tuned row's task does. */
const RESULTS = 'create table if not exists results (job_id bigint primary key, output jsonb not null)';
const SAVE = 'insert into results (job_id, output) values ($1, $2) on conflict do nothing';

/** Every job took a number of the sequence; what is no longer there is done. */
async function countDone(pool: PgPool, sequence: string): Promise<number> {
  const taken = `select case when is_called then last_value else 0 end from ${sequence}`;
  return numberOf(pool, `select (${taken}) - count(*) as n from graphile_worker._private_jobs`);
}

async function sequenceOfJobs(pool: PgPool): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    `select pg_get_serial_sequence('graphile_worker._private_jobs', 'id') as name`,
  );
  return rows[0]?.name ?? '';
}

/** It would print a line for each job. */
function quiet(home: string): { logger: unknown } {
  const { Logger } = load(home);
  return { logger: new Logger(() => (level, message) => void (level === 'error' && console.error(message))) };
}

const utilities = ({ home, databaseUrl, tuned }: DriverOptions): Promise<WorkerUtils> =>
  load(home).makeWorkerUtils({ ...quiet(home), connectionString: databaseUrl, maxPoolSize: tuned ? 20 : 10 });

async function waitFor(pool: PgPool, text: string, id: string): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(text, [id]);
    if (rows.length > 0) return;
    await pause(LOOK_EVERY_MS);
  }
}

async function openClient(options: DriverOptions): Promise<PeerClient> {
  const tools = await utilities(options);
  const pool = openPool(options.home, options.databaseUrl, 1);
  const sequence = await sequenceOfJobs(pool);
  const isDone = options.tuned
    ? 'select output from results where job_id = $1'
    : 'select 1 where not exists (select from graphile_worker._private_jobs where id = $1)';
  return {
    submitBulk: async (inputs) => void (await tools.addJobs(inputs.map((payload) => ({ identifier: TASK, payload })))),
    submit: async (input) => void (await tools.addJob(TASK, input)),
    submitAndWait: async (input) => waitFor(pool, isDone, (await tools.addJob(TASK, input)).id),
    completed: async () => {
      const done = await countDone(pool, sequence);
      return options.tuned ? Math.min(done, await numberOf(pool, 'select count(*) as n from results')) : done;
    },
    close: async () => {
      await pool.end();
      await tools.release();
    },
  };
}

/** One look fetches 500 jobs, and what is done is reported together. */
const batching = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };

async function startWorker(options: DriverOptions, handle: Handler): Promise<() => Promise<void>> {
  const { databaseUrl, slots, tuned, home } = options;
  const echo = async (payload: JobInput, helpers: Helpers): Promise<void> => {
    const output = await handle(payload);
    if (tuned) await helpers.query(SAVE, [helpers.job.id, JSON.stringify(output)]);
  };
  const runner = await load(home).run({
    ...quiet(home),
    connectionString: databaseUrl,
    concurrency: slots,
    noHandleSignals: true,
    taskList: { [TASK]: echo },
    ...(tuned && { maxPoolSize: 20, preset: { worker: batching } }),
  });
  return () => runner.stop();
}

export const graphileWorker: PeerDriver = {
  prepare: async (options) => {
    const tools = await utilities(options);
    await tools.migrate();
    await tools.release();
    const pool = openPool(options.home, options.databaseUrl, 1);
    await pool.query(RESULTS);
    await pool.end();
  },
  openClient,
  startWorker,
};
