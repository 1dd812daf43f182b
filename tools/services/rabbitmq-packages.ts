import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lock } from '../bootstrap/lock-file.cjs';
import { composeAdvice, reasonOf, SetupError } from './setup-error';

const run = promisify(execFile);

/** Where the unpacked programs lie. */
export interface RabbitTree {
  erlang: string;
  epmd: string;
  server: string;
}

/** The one entry of a folder that starts with the prefix, such as rabbitmq_server-3.10.8. */
function versioned(folder: string, prefix: string): string {
  const name = readdirSync(folder).find((entry) => entry.startsWith(prefix));
  if (!name)
    throw new SetupError(`${folder} holds no ${prefix}*. Remove the packages folder above it and start again.`);
  return join(folder, name);
}

function treeIn(folder: string): RabbitTree {
  const erlang = join(folder, 'usr/lib/erlang');
  return {
    erlang,
    epmd: join(versioned(erlang, 'erts-'), 'bin', 'epmd'),
    server: join(versioned(join(folder, 'usr/lib/rabbitmq/lib'), 'rabbitmq_server-'), 'sbin', 'rabbitmq-server'),
  };
}

/** apt told to keep everything, its lists included, in a folder of ours: no root, no change to the system. */
function aptOptions(work: string): string[] {
  const settings = [
    `Dir::State::Lists=${work}/lists`,
    `Dir::Cache=${work}`,
    `Dir::Cache::archives=${work}/archives`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
    'Acquire::Languages=none',
  ];
  return settings.flatMap((setting) => ['-o', setting]);
}

/** rabbitmq-server and the Erlang it needs, without the graphical and development parts. */
async function packageNames(apt: string[]): Promise<string[]> {
  const without = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
    (kind) => `--no-${kind}`,
  );
  const { stdout } = await run('apt-cache', [...apt, 'depends', '--recurse', ...without, 'rabbitmq-server']);
  const names = stdout.split('\n').filter((line) => /^(erlang-|rabbitmq-server)[a-z0-9-]*$/.test(line));
  return [...new Set(names)].filter((name) => !/-(nox|x11|doc|dev|src|examples|manpages|mode)$/.test(name)).sort();
}

async function unpackInto(folder: string, work: string): Promise<void> {
  for (const sub of ['lists/partial', 'archives/partial', 'deb']) mkdirSync(join(work, sub), { recursive: true });
  const apt = aptOptions(work);
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', [...apt, 'update', '-qq'], { env });
  const names = await packageNames(apt);
  await run('apt-get', [...apt, 'download', '-qq', ...names], { env, cwd: join(work, 'deb') });
  for (const deb of readdirSync(join(work, 'deb'))) await run('dpkg-deb', ['-x', join(work, 'deb', deb), folder]);
  // The scripts name the place they are meant for; ours is told by the environment, so the tree may be moved.
  for (const script of ['erl', 'start']) {
    const file = join(folder, 'usr/lib/erlang/bin', script);
    const relocated = readFileSync(file, 'utf8').replace(/ROOTDIR="?\/usr\/lib\/erlang"?$/gm, 'ROOTDIR="$ERL_ROOTDIR"');
    writeFileSync(file, relocated);
  }
  treeIn(folder);
}

/** The broker's programs, fetched once per packages folder; several processes at a time fetch them once. */
export async function rabbitTree(packagesDir: string, progress: (line: string) => void): Promise<RabbitTree> {
  const done = join(packagesDir, `rabbitmq-${process.arch}`);
  if (existsSync(done)) return treeIn(done);
  const release = await lock(`${done}.lock`, (pid) => progress(`process ${pid} is fetching RabbitMQ, waiting for it`));
  const draft = `${done}.draft`;
  const work = `${done}.work`;
  try {
    if (existsSync(done)) return treeIn(done);
    for (const folder of [draft, work]) rmSync(folder, { recursive: true, force: true });
    progress('fetching RabbitMQ (Debian packages, about 35 MB, kept in the packages folder)');
    mkdirSync(draft, { recursive: true });
    await unpackInto(draft, work);
    renameSync(draft, done);
    return treeIn(done);
  } catch (error) {
    throw new SetupError(
      `RabbitMQ could not be fetched for a private broker: ${reasonOf(error)}\n${composeAdvice}`,
      1,
      error,
    );
  } finally {
    for (const folder of [draft, work]) rmSync(folder, { recursive: true, force: true });
    release();
  }
}
