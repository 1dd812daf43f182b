import { existsSync, readFileSync, rmSync } from 'node:fs';
import { isAlive } from '../bootstrap/lock-file.cjs';

const GRACE_MS = 15_000;

/** Waits until `done` is true, looking every 20 ms; false when the time is up first. */
export async function waitUntil(done: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  for (const limit = Date.now() + timeoutMs; Date.now() < limit;) {
    if (await done()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

interface Recorded {
  pid: number;
  started: string | null;
  stopSignal: NodeJS.Signals;
}

function recorded(pidFile: string): Recorded | undefined {
  if (!existsSync(pidFile)) return undefined;
  try {
    return JSON.parse(readFileSync(pidFile, 'utf8')) as Recorded;
  } catch {
    return undefined; // written by a process that died while writing: nothing was running under it for long
  }
}

/**
 * Sees to it that the process an earlier launcher left behind is gone. Its guardian is usually stopping it already,
 * so it gets time; then it is ended by force.
 */
export async function endLeftover(pidFile: string): Promise<void> {
  const left = recorded(pidFile);
  if (left) await endProcess(left.pid, left.stopSignal, left.started);
  rmSync(pidFile, { force: true });
}

/** Waits for its guardian to end the process, or ends it, in the end by force; returns when it is gone. */
export async function endProcess(pid: number, stopSignal: NodeJS.Signals, started?: string | null): Promise<void> {
  const gone = (): boolean => !isAlive(pid, started);
  if (gone() || (hasParent(pid) && (await waitUntil(gone, GRACE_MS)))) return;
  for (const signal of [stopSignal, 'SIGKILL'] as const) {
    if (gone()) return;
    process.kill(pid, signal);
    if (await waitUntil(gone, GRACE_MS)) return;
  }
}

/** False when its guardian is dead: an orphan belongs to the init process. */
function hasParent(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] !== '1';
  } catch {
    return true;
  }
}
