import { percentile, type Reading } from '../../report';
import { type PeerProcess } from '../process/peer-process';
import { type PeerSession, untilHandled } from './peer-session';

const RECORDED_WITHIN_MS = 60_000;
const PER_BULK = 500;

/** A worker and a client, and what both have done together. */
class Pair {
  private handed = 0;

  constructor(
    private readonly client: PeerProcess,
    private readonly worker: PeerProcess,
    private readonly before: number,
  ) {}

  /** From the first call until the last result is seen to be recorded, in jobs a second. */
  async rate(count: number, perCall: number, inFlight: number): Promise<number> {
    const { startedAt } = await this.client.ask({ verb: 'submit', count, perCall, inFlight });
    this.handed += count;
    return (1000 * count) / ((await this.untilAllDone()) - startedAt);
  }

  async latencies(count: number): Promise<readonly number[]> {
    const latencies = await this.client.ask({ verb: 'wait', count });
    this.handed += count;
    await this.untilAllDone();
    return latencies;
  }

  /** Looks at the store only when the worker has done its part: looking costs what is measured. */
  private async untilAllDone(): Promise<number> {
    await untilHandled(this.worker, this.handed);
    const count = this.before + this.handed;
    return this.client.ask({ verb: 'untilCompleted', count, timeoutMs: RECORDED_WITHIN_MS });
  }
}

/** One run of what is measured side by side: bulk, singly, and one after the other. */
export async function measureThroughput(session: PeerSession): Promise<Reading[]> {
  const { bulk, singles, waits } = session.row;
  const client = await session.client();
  const worker = session.worker('worker');
  try {
    await session.begin(worker, 'count');
    const pair = new Pair(client, worker, await client.ask({ verb: 'completed' }));
    await pair.rate(Math.ceil(bulk / 5), PER_BULK, 4); // both processes are new: they run cold
    const metered = (work: () => Promise<number>) => session.metered({ client, worker }, work);
    const inBulk = await metered(() => pair.rate(bulk, PER_BULK, 4));
    const singly = await metered(() => pair.rate(singles, 1, 64));
    const latencies = await pair.latencies(waits);
    return [
      { metric: 'bulk', unit: 'tasks/s', value: inBulk.result },
      { metric: 'bulk cpu', unit: 'µs', value: inBulk.micros / bulk },
      { metric: 'singly', unit: 'tasks/s', value: singly.result },
      { metric: 'singly cpu', unit: 'µs', value: singly.micros / singles },
      { metric: 'p50', unit: 'ms', value: percentile(latencies, 0.5) },
      { metric: 'p99', unit: 'ms', value: percentile(latencies, 0.99) },
    ];
  } finally {
    await Promise.all([client.close(), worker.close()]);
  }
}

/** Fills the queue while no worker is there, starts one, and follows the drain from its first job. */
export async function measureDrain(session: PeerSession, count: number): Promise<Reading[]> {
  const client = await session.client();
  const worker = session.worker('drain');
  try {
    const before = await client.ask({ verb: 'completed' });
    await client.ask({ verb: 'submit', count, perCall: PER_BULK, inFlight: 4 });
    await session.begin(worker, 'count');
    await untilHandled(worker, count);
    const at = await client.ask({
      verb: 'untilCompleted',
      count: before + count,
      timeoutMs: RECORDED_WITHIN_MS,
    });
    return [{ metric: 'drain', unit: 'tasks/s', value: (1000 * count) / (at - worker.firstAt) }];
  } finally {
    await Promise.all([client.close(), worker.close()]);
  }
}
