import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port';
import { probeDatabase } from './given-service';
import { type ProcessOrder } from './guardian';
import { endLeftover, endProcess } from './leftover';
import { type Account, isReachable, postgresBinaries, rootOwnedFolder, serverAccount } from './postgres-binaries';
import { type ServiceRecipe } from './private-service';
import { type ServiceState } from './service-state';
import { reasonOf, SetupError } from './setup-error';

const run = promisify(execFile);
const NAME = 'PostgreSQL';
const DATABASE = 'baton';

/** A private PostgreSQL on the loopback interface; everything about it is known before it runs. */
export interface PostgresPlan {
  recipe: ServiceRecipe;
  url: string;
  /** Creates the cluster when there is none, with a progress line. */
  initialise(): Promise<void>;
  /** Creates the mesh's database when there is none; the server must be up. */
  createDatabase(): Promise<void>;
}

/**
 * The cluster's folder. When the server's account cannot pass through to the data folder (a 0700 home), it lies under
 * /var/tmp, by the name of this data folder's node, and `state` remembers it.
 */
function clusterFolder(dataDir: string, state: ServiceState, account: Account | undefined): string {
  const inside = join(dataDir, 'postgres');
  if (state.postgresData) return state.postgresData;
  if (!account || existsSync(inside) || isReachable(dataDir)) return inside;
  state.postgresData = join(rootOwnedFolder(`baton-data-${state.node}`), 'postgres');
  return state.postgresData;
}

/** Root runs an existing cluster as its owner, who may be the ordinary user who made it. */
function accountFor(cluster: string, account: Account | undefined): Account | undefined {
  if (!account || !existsSync(cluster)) return account;
  const { uid, gid } = statSync(cluster);
  return uid === 0 ? account : { uid, gid };
}

/** Ends a server an earlier launcher left on this cluster, and removes its lock when nobody holds it any more. */
async function endOldServer(cluster: string): Promise<void> {
  const lock = join(cluster, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (pid > 0 && workingFolderOf(pid) === resolve(cluster)) await endProcess(pid, 'SIGINT');
  if (process.platform === 'linux') rmSync(lock, { force: true });
}

function workingFolderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // no such process, or somebody else's
  }
}

async function createCluster(cluster: string, password: string, account: Account | undefined): Promise<void> {
  const initdb = join(postgresBinaries(account), 'bin', 'initdb');
  const passwordFile = join(dirname(cluster), `.pw-${randomBytes(6).toString('hex')}`);
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) for (const path of [cluster, passwordFile]) chownSync(path, account.uid, account.gid);
  const args = [
    '-D',
    cluster,
    '-U',
    'baton',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C',
  ];
  try {
    await run(initdb, args, { ...account, cwd: '/', env: serverEnvironment() });
  } catch (error) {
    rmSync(cluster, { recursive: true, force: true });
    throw new SetupError(`PostgreSQL could not create its data in ${cluster}: ${reasonOf(error)}`, 1, error);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

async function createDatabaseIn(adminUrl: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** Plans the private database of a data folder: keeps its port when that is free, changes `state` where it must. */
export async function planPostgres(
  dataDir: string,
  state: ServiceState,
  progress: (line: string) => void,
): Promise<PostgresPlan> {
  const unprivileged = serverAccount();
  const cluster = clusterFolder(dataDir, state, unprivileged);
  const account = accountFor(cluster, unprivileged);
  const pidFile = join(dataDir, 'run', 'postgres.json');
  await endLeftover(pidFile);
  await endOldServer(cluster);
  const port = await freePort(state.postgresPort);
  state.postgresPort = port;
  const address = `postgres://baton:${state.password}@127.0.0.1:${port}`;

  const prepare = async (): Promise<ProcessOrder> => {
    await endOldServer(cluster);
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=on'];
    settings.push('shared_buffers=256MB', 'max_connections=200', 'log_min_messages=warning');
    return {
      name: NAME,
      command: join(postgresBinaries(account), 'bin', 'postgres'),
      args: ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])],
      env: serverEnvironment(),
      cwd: '/',
      log: join(dataDir, 'logs', 'postgres.log'),
      pidFile,
      stopSignal: 'SIGINT', // fast shutdown: ends sessions, writes a checkpoint
      stopTimeoutMs: 20_000,
      ...account,
    };
  };
  return {
    url: `${address}/${DATABASE}`,
    recipe: { name: NAME, prepare, probe: () => probeDatabase(`${address}/postgres`), readyTimeoutMs: 60_000 },
    createDatabase: () => createDatabaseIn(`${address}/postgres`),
    initialise: async () => {
      if (existsSync(join(cluster, 'global', 'pg_control')) && existsSync(join(cluster, 'PG_VERSION'))) return;
      progress('creating the private PostgreSQL database');
      await createCluster(cluster, state.password, account);
    },
  };
}
