import { type ClosedLoopJob, exactNow, type LoadResult } from './load-job';
import { RequestSender } from './request-sender';

export async function runClosedLoop(job: ClosedLoopJob): Promise<LoadResult> {
  const sender = new RequestSender(job);
  const latenciesMs: number[] = [];
  let left = job.requests;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const sentAt = performance.now();
      await sender.send();
      latenciesMs.push(performance.now() - sentAt);
    }
  };
  try {
    await sender.open(job.inFlight);
    const startedAt = exactNow();
    await Promise.all(Array.from({ length: job.inFlight }, lane));
    return { startedAt, endedAt: exactNow(), latenciesMs, refused: sender.refused };
  } finally {
    sender.close();
  }
}
