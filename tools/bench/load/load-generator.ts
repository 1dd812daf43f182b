import { type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { forkTool } from '../stage/fork-tool';
import { type LoadJob, type LoadResult } from './load-job';
import { type LoadReply } from './process';

/** This side of the load generator's process. */
export class LoadGenerator {
  private readonly child: ChildProcess;
  private readonly pending = new Map<
    number,
    { resolve: (result: LoadResult) => void; reject: (error: Error) => void }
  >();
  private lastId = 0;

  constructor() {
    this.child = forkTool(join(__dirname, 'process.ts'));
    this.child.on('message', ({ id, result, error }: LoadReply) => {
      const waiting = this.pending.get(id);
      this.pending.delete(id);
      if (result) waiting?.resolve(result);
      else waiting?.reject(new Error(error ?? 'The load generator gave no reason'));
    });
    this.child.once('exit', (code, signal) => {
      for (const { reject } of this.pending.values()) reject(new Error(`The load generator ended (${signal ?? code})`));
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Rejects when a request was answered with anything but success or "later". */
  run(job: LoadJob): Promise<LoadResult> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.child.send({ id, job }, (error) => {
        if (error && this.pending.delete(id)) reject(error);
      });
    });
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.disconnect();
    await gone;
  }
}
