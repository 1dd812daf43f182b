/** The load generator: a process of its own, so that its CPU time is known and its pauses are not the runner's. */
import { runBusLoop } from './bus-loop';
import { runClosedLoop } from './closed-loop';
import { type LoadJob, type LoadResult } from './load-job';
import { runOpenLoop } from './open-loop';

export interface LoadOrder {
  readonly id: number;
  readonly job: LoadJob;
}
export interface LoadReply {
  readonly id: number;
  readonly result?: LoadResult;
  readonly error?: string;
}

function run(job: LoadJob): Promise<LoadResult> {
  switch (job.kind) {
    case 'closed-loop':
      return runClosedLoop(job);
    case 'open-loop':
      return runOpenLoop(job);
    case 'bus':
      return runBusLoop(job);
  }
}

const reply = (message: LoadReply): void => void process.send?.(message);

process.on('message', ({ id, job }: LoadOrder) => {
  run(job).then(
    (result) => reply({ id, result }),
    (error: unknown) => reply({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
// Signals of the terminal are the runner's business.
process.on('SIGINT', () => undefined);
