import { type ClosedLoopJob, exactNow, type LoadResult } from './load-job';
import { RequestSender } from './request-sender';

interface Loop {
  readonly requests: number;
  readonly inFlight: number;
  /** Resolves when the answer to one more request is there. */
  readonly send: () => Promise<unknown>;
}

/** Keeps so many requests in flight until all are answered. */
export async function runLoop({ requests, inFlight, send }: Loop): Promise<Omit<LoadResult, 'refused'>> {
  const latenciesMs: number[] = [];
  let left = requests;
  let sentSum = 0;
  const startedAt = exactNow();
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const sentAt = exactNow();
      sentSum += sentAt - startedAt;
      await send();
      latenciesMs.push(exactNow() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { startedAt, endedAt: exactNow(), latenciesMs, meanSentAt: startedAt + sentSum / requests };
}

export async function runClosedLoop(job: ClosedLoopJob): Promise<LoadResult> {
  const sender = new RequestSender(job);
  try {
    await sender.open(job.inFlight);
    const result = await runLoop({ ...job, send: () => sender.send() });
    return { ...result, refused: sender.refused };
  } finally {
    sender.close();
  }
}
