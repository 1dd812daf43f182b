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

function recorded(pidFile: string): { pid: number; started: string | null } | undefined {
  if (!existsSync(pidFile)) return undefined;
  try {
    return JSON.parse(readFileSync(pidFile, 'utf8')) as { pid: number; started: string | null };
  } catch {
    return undefined; // written by a process that died while writing: nothing was running under it for long
  }
}

/**
 * Sees to it that the process an earlier launcher left behind is gone. Its guardian is usually stopping it already,
 * so it gets time; then it is ended by force.
 */
export async function endLeftover(pidFile: string): Promise<void> {
  const process_ = recorded(pidFile);
  if (process_) await endProcess(process_.pid, process_.started);
  rmSync(pidFile, { force: true });
}

/** Waits for the process to end, then ends it by force; returns when it is gone. */
export async function endProcess(pid: number, started?: string | null): Promise<void> {
  const gone = (): boolean => !isAlive(pid, started);
  if (gone() || (await waitUntil(gone, GRACE_MS))) return;
  process.kill(pid, 'SIGKILL');
  await waitUntil(gone, GRACE_MS);
}
