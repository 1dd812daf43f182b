export interface EventuallyOptions {
  /** How long to go on trying; 10 s when not given. */
  timeoutMs?: number;
  /** The pause between two tries; 20 ms when not given. */
  everyMs?: number;
}

/**
 * A gate instead of a sleep: tries `check` until it neither throws nor returns false, and resolves with what it
 * returned. When the time is up it rejects with the last failure.
 */
export async function eventually<T>(check: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const { timeoutMs = 10_000, everyMs = 20 } = options;
  for (const limit = Date.now() + timeoutMs; ;) {
    const outcome = await attempt(check);
    if ('value' in outcome) return outcome.value;
    if (Date.now() >= limit) throw outcome.failure;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

async function attempt<T>(check: () => T | Promise<T>): Promise<{ value: T } | { failure: Error }> {
  try {
    const value = await check();
    return value === false ? { failure: new Error(`still false: ${check.toString()}`) } : { value };
  } catch (error) {
    return { failure: error instanceof Error ? error : new Error(String(error)) };
  }
}
