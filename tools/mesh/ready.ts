import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from '../services';

const WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** Resolves when the orchestrator says that work can be done; rejects with what is still down. */
export async function untilReady(health: string): Promise<void> {
  const limit = Date.now() + WITHIN_MS;
  for (;;) {
    const trouble = await troubleOf(`${health}/healthz/ready`);
    if (trouble === undefined) return;
    if (Date.now() > limit) throw new SetupError(`The mesh does not get ready: ${trouble}`);
    await delay(LOOK_EVERY_MS);
  }
}

async function troubleOf(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    return response.ok ? undefined : await response.text();
  } catch (error) {
    return `${url} does not answer (${(error as Error).message})`;
  }
}
