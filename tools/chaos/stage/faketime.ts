import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PackageSet, packageTree, reasonOf } from '../../services';

const LIBRARY = 'libfaketimeMT.so.1';

function libraryIn(folder: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith(LIBRARY));
  if (found === undefined) throw new Error(`the package holds no ${LIBRARY}`);
  return join(folder, found);
}

const faketime: PackageSet = {
  name: 'libfaketime',
  title: 'libfaketime',
  megabytes: 1,
  choose: () => Promise.resolve(['libfaketime']),
  finish: (folder) => void libraryIn(folder),
  without: { purpose: 'to move clocks', advice: 'The other faults need nothing of it.' },
};

/** The library that gives a process a wall clock of its own, or why it cannot be had here. */
export async function fetchFaketime(
  packagesDir: string,
  progress: (line: string) => void,
): Promise<{ library: string } | { missing: string }> {
  try {
    return { library: libraryIn(await packageTree(packagesDir, faketime, progress)) };
  } catch (error) {
    return { missing: reasonOf(error) };
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
