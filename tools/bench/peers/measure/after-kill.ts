import { exactNow } from '../../load/load-job';
import { type PeerProcess } from '../process/peer-process';
import { type PeerSession } from './peer-session';

/** As many as a worker of the kill scenario holds when it dies. */
const HELD = 10;
const HELD_WITHIN_MS = 60_000;

/** When jobs were seen to be started, by number; the first start on this worker counts. */
export class Starts {
  private readonly at = new Map<number, number>();
  private readonly waiting = new Set<() => void>();

  constructor(...workers: PeerProcess[]) {
    for (const worker of workers) this.watch(worker);
  }

  watch(worker: PeerProcess): void {
    worker.on('started', (n, at) => {
      if (!this.at.has(n)) this.at.set(n, at);
      for (const look of this.waiting) look();
    });
  }

  /** Resolves with the time of the last of `count` starts; undefined when they take longer than that. */
  last(count: number, withinMs: number): Promise<number | undefined> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(late);
        this.waiting.delete(look);
        resolve(this.at.size >= count ? Math.max(...this.at.values()) : undefined);
      };
      const look = (): void => void (this.at.size >= count && end());
      const late = setTimeout(end, withinMs);
      this.waiting.add(look);
      look();
    });
  }
}

/** A worker that holds jobs, one that has nothing to do, and what the second starts. */
export interface Hostages {
  readonly session: PeerSession;
  readonly held: PeerProcess;
  readonly idle: PeerProcess;
  readonly client: PeerProcess;
}

/** Gets everything ready for the kill: ten jobs on one worker that will not finish them, and a second, idle worker. */
export async function takeHostages(session: PeerSession): Promise<Hostages> {
  const client = await session.client();
  const held = session.worker('held');
  const idle = session.worker('idle');
  const starts = new Starts(held);
  try {
    await session.begin(held, 'hold');
    await client.ask({ verb: 'submit', count: HELD, perCall: 1, inFlight: 1 });
    if ((await starts.last(HELD, HELD_WITHIN_MS)) === undefined)
      throw new Error(`${session.row.name} did not start ${HELD} jobs in ${HELD_WITHIN_MS / 1000} s`);
    await session.begin(idle, 'tell');
    return { session, held, idle, client };
  } catch (error) {
    await Promise.all([client, held, idle].map((process) => process.kill()));
    throw error;
  }
}

/**
 * kill -9 for the worker that holds jobs. It is started again at once under its name, as a supervisor would, and
 * another worker is there anyway. Resolves with the milliseconds until the last of its jobs runs again anywhere, or
 * undefined when that takes longer than `withinMs`.
 */
export async function killAndWait(hostages: Hostages, withinMs: number): Promise<number | undefined> {
  const { session, held, idle } = hostages;
  const starts = new Starts(idle);
  const killedAt = exactNow();
  await held.kill();
  const restarted = session.worker('held');
  starts.watch(restarted);
  const begun = session.begin(restarted, 'tell').catch(() => undefined); // the other worker counts all the same
  try {
    const last = await starts.last(HELD, withinMs);
    return last === undefined ? undefined : last - killedAt;
  } finally {
    await begun;
    await Promise.all([restarted.kill(), idle.kill(), hostages.client.kill()]);
  }
}
