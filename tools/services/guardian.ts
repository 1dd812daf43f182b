import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { SetupError } from './setup-error';

/** A service process the guardian is to start. `pidFile` holds its pid and start time while it lives. */
export interface ProcessOrder {
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  log: string;
  pidFile: string;
  stopSignal: NodeJS.Signals;
  stopTimeoutMs: number;
  uid?: number;
  gid?: number;
}

/** A service process that ended, whoever ended it. */
export interface ProcessExit {
  name: string;
  pid: number;
  code: number | null;
  signal: NodeJS.Signals | null;
}

type Reply = { id: number; value?: number | null; error?: string };

/**
 * This side of the guardian process: it owns the services, and stops them when this process ends in any way.
 * A guardian that is killed itself takes its services with it (they are reported as ended) and is replaced by the
 * next order. Emits `exit` with a ProcessExit.
 */
export class Guardian extends EventEmitter<{ exit: [ProcessExit] }> {
  private process: ChildProcess | undefined;
  private lastId = 0;
  private readonly pending = new Map<number, { resolve: (value: number) => void; reject: (error: Error) => void }>();
  private readonly running = new Map<string, number>();
  private readonly watched = new Set<number>();

  /** Resolves with the pid once the process has been started, which does not mean that it is ready. */
  async start(order: ProcessOrder): Promise<number> {
    const pid = await this.ask('start', order);
    this.running.set(order.name, pid);
    return pid;
  }

  /** Resolves when the service has ended, by its stop signal or, after its stop time, by force. */
  async stop(name: string): Promise<void> {
    await this.ask('stop', { name });
  }

  /** kill -9, resolves when the process is gone. */
  async kill(name: string): Promise<void> {
    await this.ask('kill', { name });
  }

  /** From now on the guardian also sees to it that this process does not outlive the launcher. */
  async watch(pid: number): Promise<void> {
    this.watched.add(pid);
    await this.ask('watch', { pid });
  }

  /** The process has ended; its pid may be used by another one soon. */
  async unwatch(pid: number): Promise<void> {
    if (this.watched.delete(pid)) await this.ask('unwatch', { pid });
  }

  /** Ends the guardian and every service that still runs. */
  async close(): Promise<void> {
    const { process: guardian } = this;
    if (!guardian) return;
    const gone = new Promise((resolve) => guardian.once('exit', resolve));
    if (guardian.connected) guardian.disconnect();
    await gone;
  }

  private ask(verb: string, order: object): Promise<number> {
    const guardian = this.living();
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      guardian.send({ id, verb, order }, (error) => {
        if (error && this.pending.delete(id)) reject(error);
      });
    });
  }

  private living(): ChildProcess {
    if (this.process) return this.process;
    const guardian = fork(join(__dirname, 'guardian-process.cjs'), [], {
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      cwd: '/',
    });
    guardian.on('message', (message: Reply | ({ event: 'exit' } & ProcessExit)) => this.hear(message));
    guardian.once('exit', () => this.replace());
    this.process = guardian;
    for (const pid of this.watched) guardian.send({ id: 0, verb: 'watch', order: { pid } });
    return guardian;
  }

  private hear(message: Reply | ({ event: 'exit' } & ProcessExit)): void {
    if ('event' in message) {
      if (this.running.get(message.name) === message.pid) this.running.delete(message.name);
      this.emit('exit', { name: message.name, pid: message.pid, code: message.code, signal: message.signal });
      return;
    }
    const waiting = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.error !== undefined) waiting?.reject(new SetupError(message.error));
    else waiting?.resolve(message.value ?? 0);
  }

  /** Its children would be nobody's: end them, so that whoever supervises them starts them under a new guardian. */
  private replace(): void {
    this.process = undefined;
    for (const { reject } of this.pending.values()) reject(new SetupError('The guardian of the services ended'));
    this.pending.clear();
    for (const [name, pid] of [...this.running]) {
      this.running.delete(name);
      killIfAlive(pid);
      this.emit('exit', { name, pid, code: null, signal: 'SIGKILL' });
    }
  }
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
