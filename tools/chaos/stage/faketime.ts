import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lock } from '../../bootstrap/lock-file.cjs';
import { reasonOf } from '../../services';

const run = promisify(execFile);
const PACKAGE = 'libfaketime';
const LIBRARY = 'libfaketimeMT.so.1';

function libraryIn(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith(LIBRARY));
  return found && join(folder, found);
}

/**
 * The library that gives a process a wall clock of its own, unpacked from its Debian package into the packages folder,
 * once; or why it cannot be had here.
 */
export async function fetchFaketime(packagesDir: string): Promise<{ library: string } | { missing: string }> {
  const done = join(packagesDir, `${PACKAGE}-${process.arch}`);
  mkdirSync(packagesDir, { recursive: true });
  const release = await lock(`${done}.lock`, () => undefined);
  const draft = `${done}.draft`;
  try {
    if (!libraryIn(done)) {
      rmSync(draft, { recursive: true, force: true });
      mkdirSync(draft, { recursive: true });
      await run('apt-get', ['download', '-qq', PACKAGE], { cwd: draft, env: { ...process.env, LC_ALL: 'C' } });
      const [deb] = readdirSync(draft).filter((name) => name.endsWith('.deb'));
      if (deb === undefined) return { missing: `apt-get brought no ${PACKAGE}` };
      await run('dpkg-deb', ['-x', join(draft, deb), draft]);
      rmSync(done, { recursive: true, force: true });
      renameSync(draft, done);
    }
    const library = libraryIn(done);
    return library === undefined ? { missing: `the package holds no ${LIBRARY}` } : { library };
  } catch (error) {
    return { missing: reasonOf(error) };
  } finally {
    rmSync(draft, { recursive: true, force: true });
    release();
  }
}

/** The wall clock of some processes. Monotonic time, and with it every timer, goes on as it is. */
export class Clock {
  constructor(
    readonly file: string,
    private readonly library: string,
  ) {
    this.step(0);
  }

  /** For the environment of the processes that are to go by it. They look at the file once a second. */
  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    };
  }

  /** So far from the true time from now on. */
  step(seconds: number): void {
    const draft = `${this.file}.draft`;
    writeFileSync(draft, `${seconds >= 0 ? '+' : ''}${seconds}s\n`);
    renameSync(draft, this.file);
  }
}
