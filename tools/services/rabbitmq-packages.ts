import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type PackageSet, packageTree } from './debian-packages';
import { composeAdvice, SetupError } from './setup-error';

const run = promisify(execFile);

/** Where fetched programs are kept when nobody says where: once for the clone. */
export const sharedPackages = resolve(__dirname, '..', '..', '.baton', 'packages');

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

/** rabbitmq-server and the Erlang it needs, without the graphical and development parts. */
async function packageNames(apt: readonly string[]): Promise<string[]> {
  const without = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
    (kind) => `--no-${kind}`,
  );
  const { stdout } = await run('apt-cache', [...apt, 'depends', '--recurse', ...without, 'rabbitmq-server']);
  const names = stdout.split('\n').filter((line) => /^(erlang-|rabbitmq-server)[a-z0-9-]*$/.test(line));
  return [...new Set(names)].filter((name) => !/-(nox|x11|doc|dev|src|examples|manpages|mode)$/.test(name)).sort();
}

/** The scripts name the place they are meant for; ours is told by the environment, so the tree may be moved. */
function relocate(folder: string): void {
  for (const script of ['erl', 'start']) {
    const file = join(folder, 'usr/lib/erlang/bin', script);
    const relocated = readFileSync(file, 'utf8').replace(/ROOTDIR="?\/usr\/lib\/erlang"?$/gm, 'ROOTDIR="$ERL_ROOTDIR"');
    writeFileSync(file, relocated);
  }
  treeIn(folder);
}

const packages: PackageSet = {
  name: 'rabbitmq',
  title: 'RabbitMQ',
  megabytes: 35,
  choose: packageNames,
  finish: relocate,
  without: { purpose: 'for a private broker', advice: composeAdvice },
};

/** The broker's programs, fetched once per packages folder; several processes at a time fetch them once. */
export async function rabbitTree(packagesDir: string, progress: (line: string) => void): Promise<RabbitTree> {
  return treeIn(await packageTree(packagesDir, packages, progress));
}
