import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type PackageSet, packageTree } from '../../../tools/services';

const run = promisify(execFile);
const packagesDir = resolve(__dirname, '../../../.baton/packages');

/** A Python that has pika. */
export interface Python {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The interpreter with the libraries it needs, so that it runs where no Python is, and pika. */
const wanted = /^(python3\.\d+-minimal|libpython3\.\d+-(minimal|stdlib)|python3-pika|lib(expat1|ssl3|ffi8)\S*|zlib1g)$/;

const packages: PackageSet = {
  name: 'python3-pika',
  title: 'Python with pika',
  megabytes: 7,
  async choose(apt) {
    const without = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
      (kind) => `--no-${kind}`,
    );
    const { stdout } = await run('apt-cache', [...apt, 'depends', '--recurse', ...without, 'python3-pika']);
    return [...new Set(stdout.split('\n').filter((line) => wanted.test(line)))];
  },
  finish: (folder) => void pythonIn(folder),
  without: { purpose: 'to run agents in Python', advice: 'Install python3-pika, or pip install pika.' },
};

function pythonIn(folder: string): Python {
  const bin = join(folder, 'usr/bin');
  const name = readdirSync(bin).find((entry) => /^python3\.\d+$/.test(entry));
  if (!name) throw new Error(`${bin} holds no python3. Remove the packages folder above it and start again.`);
  const libraries = ['usr/lib', 'lib']
    .map((sub) => join(folder, sub))
    .filter((sub) => existsSync(sub))
    .flatMap((sub) =>
      readdirSync(sub)
        .filter((entry) => entry.endsWith('-linux-gnu'))
        .map((entry) => join(sub, entry)),
    );
  return {
    command: join(bin, name),
    environment: {
      PYTHONHOME: join(folder, 'usr'),
      PYTHONPATH: join(folder, 'usr/lib/python3/dist-packages'),
      LD_LIBRARY_PATH: libraries.join(':'),
    },
  };
}

/** The machine's own where it has pika, else a private one out of Debian's packages, fetched once. */
export async function pythonWithPika(): Promise<Python> {
  const own = { command: 'python3', environment: {} };
  if (await hasPika(own)) return own;
  return pythonIn(await packageTree(packagesDir, packages, (line) => process.stderr.write(`${line}\n`)));
}

async function hasPika({ command }: Python): Promise<boolean> {
  return run(command, ['-c', 'import pika']).then(
    () => true,
    () => false,
  );
}
