import { exactNow, type LoadResult, type OpenLoopJob } from './load-job';
import { RequestSender } from './request-sender';

/** When the request of this index is to be sent, in milliseconds from the start. */
export function sendTime(index: number, perSecond: number): number {
  return (index * 1000) / perSecond;
}

/** How many of `requests` are to have been sent by `elapsedMs`. */
export function dueBy(elapsedMs: number, perSecond: number, requests: number): number {
  return Math.max(0, Math.min(requests, Math.floor((elapsedMs * perSecond) / 1000 + 1e-9) + 1));
}

/**
 * Sends at a steady rate whatever the answers do, and counts each latency from the time its request was to be sent:
 * a server that stops for a second is charged with that second for every request that fell into it.
 */
export async function runOpenLoop(job: OpenLoopJob): Promise<LoadResult> {
  const sender = new RequestSender(job);
  const latenciesMs: number[] = [];
  const underWay: Promise<void>[] = [];
  const start = performance.now();
  const startedAt = exactNow();
  const send = async (index: number): Promise<void> => {
    await sender.send();
    latenciesMs.push(performance.now() - start - sendTime(index, job.perSecond));
  };
  try {
    await new Promise<void>((resolve, reject) => {
      const step = (): void => {
        const due = dueBy(performance.now() - start, job.perSecond, job.requests);
        while (underWay.length < due) {
          const one = send(underWay.length);
          one.catch(reject);
          underWay.push(one);
        }
        if (underWay.length === job.requests) return resolve();
        setTimeout(step, sendTime(underWay.length, job.perSecond) - (performance.now() - start));
      };
      step();
    });
    await Promise.all(underWay);
    const meanSentAt = startedAt + sendTime((job.requests - 1) / 2, job.perSecond);
    return { startedAt, endedAt: exactNow(), latenciesMs, meanSentAt, refused: sender.refused };
  } finally {
    sender.close();
  }
}
