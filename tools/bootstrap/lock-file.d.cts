/** When a process started, in kernel ticks; null where the system does not tell. */
export function startedAt(pid: number): string | null;
/** Whether the process runs; with `started` (from `startedAt`) also that it is still the same one. */
export function isAlive(pid: number, started?: string | null): boolean;
/** Takes the lock at once, or names the living process that has it. A dead owner's lock is taken over. */
export function tryLock(
  file: string,
): { release: () => void; heldBy?: undefined } | { release?: undefined; heldBy: number };
/** Waits for the lock and resolves with its release; `onWait` hears once who has it. */
export function lock(file: string, onWait?: (pid: number) => void): Promise<() => void>;
