import {
  type DriverOptions,
  type Handler,
  type JobInput,
  type JobOutput,
  LOOK_EVERY_MS,
  type PeerClient,
  type PeerDriver,
} from './driver';
import { numberOf, openPool, peerPackage, type PgPool } from './peer-package';

interface Handle {
  getResult(options?: { pollingIntervalMs: number }): Promise<unknown>;
}
type Enqueue = { workflowName: string; queueName: string };
interface Client {
  enqueue(options: Enqueue, input: JobInput): Promise<Handle>;
  enqueueInTransaction(client: PgPool, options: Enqueue, input: JobInput): Promise<Handle>;
  destroy(): Promise<void>;
}
interface Dbos {
  DBOS: {
    setConfig(config: object): void;
    registerWorkflow(work: (input: JobInput) => Promise<JobOutput>, options: { name: string }): unknown;
    registerQueue(name: string, options: object): Promise<unknown>;
    launch(): Promise<void>;
    shutdown(): Promise<void>;
  };
  DBOSClient: { create(options: object): Promise<Client> };
}

const APPLICATION = 'bench';
const target: Enqueue = { workflowName: 'echo', queueName: 'work' };

const load = (home: string): Dbos => peerPackage<Dbos>(home, '@dbos-inc/dbos-sdk');

/** All of them in one transaction, which is what it offers for many at once. */
async function enqueueAll(pool: PgPool, client: Client, inputs: readonly JobInput[]): Promise<void> {
  const connection = await pool.connect();
  try {
    await connection.query('begin');
    for (const input of inputs) await client.enqueueInTransaction(connection, target, input);
    await connection.query('commit');
  } finally {
    connection.release();
  }
}

async function openClient({ home, databaseUrl, tuned }: DriverOptions): Promise<PeerClient> {
  const pool = openPool(home, databaseUrl, 5);
  const size = tuned ? { systemDatabasePoolSize: 20 } : {};
  const client = await load(home).DBOSClient.create({
    systemDatabaseUrl: databaseUrl,
    applicationName: APPLICATION,
    ...size,
  });
  const looking = tuned ? { pollingIntervalMs: LOOK_EVERY_MS } : undefined;
  return {
    submitBulk: (inputs) => enqueueAll(pool, client, inputs),
    submit: async (input) => void (await client.enqueue(target, input)),
    submitAndWait: async (input) => (await client.enqueue(target, input)).getResult(looking),
    completed: () => numberOf(pool, `select count(*) as n from dbos.workflow_status where status = 'SUCCESS'`),
    close: async () => {
      await client.destroy();
      await pool.end();
    },
  };
}

async function launch(options: DriverOptions, handle: Handler): Promise<() => Promise<void>> {
  const { DBOS } = load(options.home);
  const { databaseUrl, workerName, tuned } = options;
  DBOS.setConfig({
    name: APPLICATION,
    systemDatabaseUrl: databaseUrl,
    executorID: workerName,
    logLevel: 'error',
    ...(tuned && { systemDatabasePoolSize: 20 }),
  });
  DBOS.registerWorkflow(async (input) => handle(input), { name: target.workflowName });
  await DBOS.launch();
  // As it comes a queue knows no limit and is looked at once a second.
  const pace = tuned ? { minPollingIntervalMs: 10 } : {};
  await DBOS.registerQueue(target.queueName, { onConflict: 'always_update', ...pace });
  return () => DBOS.shutdown();
}

const refuse: Handler = () => {
  throw new Error('Nothing is to be done yet');
};

export const dbos: PeerDriver = {
  prepare: async (options) => {
    const shutdown = await launch(options, refuse);
    await shutdown();
  },
  openClient,
  startWorker: launch,
};
