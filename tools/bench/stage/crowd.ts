import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { forkTool } from './fork-tool';

export interface CrowdSize {
  readonly processes: number;
  readonly agentsEach: number;
}

/** Very many agents in a few processes: each beats, and offers `crowd.echo`. */
export class Crowd {
  private constructor(private readonly children: readonly ChildProcess[]) {}

  /** The processes are there and have loaded their code; no agent has been started. */
  static async prepare(
    { processes, agentsEach }: CrowdSize,
    environment: Readonly<Record<string, string>>,
  ): Promise<Crowd> {
    const children = Array.from({ length: processes }, (_, index) =>
      forkTool(join(__dirname, 'crowd-process.ts'), {
        LOG_LEVEL: 'error',
        CROWD_AGENTS: String(agentsEach),
        CROWD_NAME: `crowd-${index}`,
        ...environment,
      }),
    );
    await Promise.all(children.map((child) => told(child, 'loaded')));
    return new Crowd(children);
  }

  get pids(): number[] {
    return this.children.flatMap(({ pid }) => pid ?? []);
  }

  /** Starts all agents at once; resolves with the milliseconds until the last one was registered. */
  async register(): Promise<number> {
    const startedAt = performance.now();
    const registered = this.children.map((child) => told(child, 'registered'));
    for (const child of this.children) child.send('go');
    await Promise.all(registered);
    return performance.now() - startedAt;
  }

  /** kill -9 of one process with all its agents. */
  async kill(index: number): Promise<void> {
    await end(this.children[index] as ChildProcess);
  }

  async close(): Promise<void> {
    await Promise.all(this.children.map(end));
  }
}

async function told(child: ChildProcess, word: string): Promise<void> {
  const died = once(child, 'exit').then(() =>
    Promise.reject(new Error(`an agent process ended before it said ${word}`)),
  );
  const said = new Promise<void>((resolve) => {
    const listen = (message: unknown): void => {
      if (message !== word) return;
      child.off('message', listen);
      resolve();
    };
    child.on('message', listen);
  });
  died.catch(() => undefined);
  await Promise.race([said, died]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
