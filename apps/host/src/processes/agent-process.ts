import { type ChildProcess, fork } from 'node:child_process';
import { type Writable } from 'node:stream';
import { forwardLines, namedLine } from './log-forwarder';

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
export interface AgentProgram {
  readonly name: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** After its drain a process has this long to say farewell. */
const FAREWELL_MS = 3000;

/** One incarnation of an agent: a real process with an IPC channel, by which it notices the end of its host. */
export class AgentProcess {
  /** Resolves when it says that it is ready. Never rejects; see `ended`. */
  readonly ready: Promise<void>;
  readonly ended: Promise<ProcessEnd>;
  private readonly child: ChildProcess;

  constructor(program: AgentProgram, logs: Writable) {
    // A group of its own: Ctrl-C in a terminal reaches the host alone, which stops its agents in order.
    this.child = fork(program.file, [], {
      env: program.env,
      execArgv: [],
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      const source = this.child[stream];
      if (source) forwardLines(source, logs, (line) => namedLine(line, program.name, stream));
    }
    this.ready = new Promise((resolve) => {
      this.child.on('message', (message) => {
        if ((message as { type?: unknown }).type === 'ready') resolve();
      });
    });
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
      this.child.once('error', () => {
        if (this.child.pid === undefined) resolve({ code: 1, signal: null }); // it could not even be started
      });
    });
  }

  get pid(): number | null {
    return this.child.pid ?? null;
  }

  /** SIGTERM, by which it drains; SIGKILL when it has not ended after `withinMs` and a farewell. */
  async stop(withinMs: number): Promise<ProcessEnd> {
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), withinMs + FAREWELL_MS);
    const end = await this.ended;
    clearTimeout(force);
    return end;
  }
}
