import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lock } from '../bootstrap/lock-file.cjs';
import { reasonOf, SetupError } from './setup-error';

const run = promisify(execFile);

/** Programs of Debian that are unpacked into a folder of ours: no root, no change to the system. */
export interface PackageSet {
  /** Names the folder below the packages folder. */
  readonly name: string;
  /** As people read it: `RabbitMQ`. */
  readonly title: string;
  readonly megabytes: number;
  /** The packages to unpack; `apt` are the options every apt command needs here. */
  choose(apt: readonly string[]): Promise<readonly string[]>;
  /** Makes the unpacked folder usable; throws when something is missing in it. */
  finish(folder: string): void;
  /** What is not possible without it, and what to do then. */
  readonly without: { readonly purpose: string; readonly advice: string };
}

/** apt told to keep everything, its lists included, in a folder of ours. */
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

async function unpackInto(folder: string, work: string, set: PackageSet): Promise<void> {
  for (const sub of ['lists/partial', 'archives/partial', 'deb']) mkdirSync(join(work, sub), { recursive: true });
  const apt = aptOptions(work);
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', [...apt, 'update', '-qq'], { env });
  const names = await set.choose(apt);
  await run('apt-get', [...apt, 'download', '-qq', ...names], { env, cwd: join(work, 'deb') });
  for (const deb of readdirSync(join(work, 'deb'))) await run('dpkg-deb', ['-x', join(work, 'deb', deb), folder]);
  set.finish(folder);
}

/** The folder with the set's programs, fetched once per packages folder; several processes at a time fetch them once. */
export async function packageTree(
  packagesDir: string,
  set: PackageSet,
  progress: (line: string) => void,
): Promise<string> {
  const done = join(packagesDir, `${set.name}-${process.arch}`);
  if (existsSync(done)) return done;
  const release = await lock(`${done}.lock`, (pid) =>
    progress(`process ${pid} is fetching ${set.title}, waiting for it`),
  );
  const draft = `${done}.draft`;
  const work = `${done}.work`;
  try {
    if (existsSync(done)) return done;
    for (const folder of [draft, work]) rmSync(folder, { recursive: true, force: true });
    progress(`fetching ${set.title} (Debian packages, about ${set.megabytes} MB, kept in the packages folder)`);
    mkdirSync(draft, { recursive: true });
    await unpackInto(draft, work, set);
    renameSync(draft, done);
    return done;
  } catch (error) {
    const { purpose, advice } = set.without;
    throw new SetupError(`${set.title} could not be fetched ${purpose}: ${reasonOf(error)}\n${advice}`, 1, error);
  } finally {
    for (const folder of [draft, work]) rmSync(folder, { recursive: true, force: true });
    release();
  }
}
