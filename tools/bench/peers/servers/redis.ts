import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort, type PackageSet, packageTree, PrivateService, type Services, SetupError } from '../../../services';

const run = promisify(execFile);
const packagesDir = resolve(__dirname, '..', '..', '..', '..', '.baton', 'packages');

/** When a command is on disk: as Redis comes (a snapshot now and then), or before its answer, as in PostgreSQL. */
export type Persistence = 'snapshots' | 'every-command';

const settings: Readonly<Record<Persistence, readonly string[]>> = {
  // What redis.conf of the package sets; a server without a file would keep the same snapshots.
  snapshots: ['--appendonly', 'no', '--save', '3600 1 300 100 60 10000'],
  'every-command': ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
};

export interface Redis {
  readonly service: PrivateService;
  readonly port: number;
}

const packages: PackageSet = {
  name: 'redis',
  title: 'Redis',
  megabytes: 2,
  choose: () => Promise.resolve(['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1']),
  finish: (folder) => void programIn(folder),
  without: {
    purpose: 'for BullMQ',
    advice: 'Leave it out: npm run bench -- peers --only pg-boss,graphile-worker,dbos',
  },
};

interface Program {
  readonly command: string;
  readonly libraries: string;
}

function programIn(folder: string): Program {
  const command = join(folder, 'usr', 'bin', 'redis-server');
  const lib = join(folder, 'usr', 'lib');
  const triplet = readdirSync(lib).find((name) => existsSync(join(lib, name, 'liblzf.so.1')));
  if (!triplet || !existsSync(command)) throw new SetupError(`${folder} holds no Redis. Remove it and start again.`);
  return { command, libraries: join(lib, triplet) };
}

/** One PING; rejects while the server does not answer it. */
function ping(port: number): Promise<void> {
  return new Promise((done, failed) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer')));
    socket.once('error', failed);
    socket.once('data', (data) => {
      socket.destroy();
      if (data.toString().startsWith('+PONG')) done();
      else failed(new Error(data.toString().trim()));
    });
  });
}

/** Starts a private Redis on the loopback interface; it ends with the guardian of `services`. */
export async function startRedis(
  persistence: Persistence,
  { dataDir, services, progress }: { dataDir: string; services: Services; progress: (line: string) => void },
): Promise<Redis> {
  const { command, libraries } = programIn(await packageTree(packagesDir, packages, progress));
  const folder = join(dataDir, `redis-${persistence}`);
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const name = `Redis (${persistence})`;
  const service = new PrivateService(services.guardian, {
    name,
    readyTimeoutMs: 20_000,
    probe: () => ping(port),
    prepare: () =>
      Promise.resolve({
        name,
        command,
        args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...settings[persistence]],
        env: { PATH: process.env.PATH, LD_LIBRARY_PATH: libraries, LC_ALL: 'C' },
        cwd: folder,
        log: join(folder, 'redis.log'),
        pidFile: join(folder, 'run.json'),
        stopSignal: 'SIGTERM',
        stopTimeoutMs: 10_000,
      }),
  });
  await service.start();
  return { service, port };
}

export async function redisVersion(): Promise<string> {
  const { command, libraries } = programIn(join(packagesDir, `redis-${process.arch}`));
  const { stdout } = await run(command, ['--version'], { env: { LD_LIBRARY_PATH: libraries } });
  return /v=(\S+)/.exec(stdout)?.[1] ?? 'unknown';
}
