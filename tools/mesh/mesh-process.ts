import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { type Guardian, reasonOf, SetupError } from '../services';
import { type NamedProcess } from './mesh-file';
import { ProcessLog } from './process-log';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
const HEALTHY_AFTER_MS = 30_000;
const READY_WITHIN_MS = 60_000;
const CONFIGURATION_EXIT = 78;

export interface ProcessPlan {
  name: string;
  /** The built file to run. */
  file: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** How long it may take to end on SIGTERM before it is ended by force. */
  stopWithinMs: number;
}

/** What a process says when it is ready; an orchestrator names its addresses. */
export type ReadyMessage = Readonly<Record<string, unknown>>;

type Message =
  | ({ type: 'ready' } & ReadyMessage)
  | { type: 'agents'; processes: NamedProcess[] }
  | { type: 'settled' }
  | { type: 'shutdown' };

/**
 * One process of the mesh. It is started again when it ends unasked, after 250 ms doubling to 10 s, from the beginning
 * after 30 healthy seconds; a configuration error (exit code 78) is final. Emits `changed` with each new pid.
 */
export class MeshProcess extends EventEmitter<{
  changed: [];
  agents: [NamedProcess[]];
  settled: [];
  shutdown: [];
  failed: [string];
}> {
  ready: ReadyMessage = {};
  private child: ChildProcess | undefined;
  private supervised = false;
  private delayMs = FIRST_DELAY_MS;
  private retry: NodeJS.Timeout | undefined;
  private readonly log: ProcessLog;

  constructor(
    private readonly plan: ProcessPlan,
    private readonly guardian: Guardian,
    private readonly show: (line: string) => void,
  ) {
    super();
    this.log = new ProcessLog(plan.name, plan.logFile, show);
  }

  get name(): string {
    return this.plan.name;
  }

  /** Undefined between a crash and the next start. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Resolves when the process says that it is ready; rejects when it ends before, with what it wrote last. */
  async start(): Promise<void> {
    await this.launch();
    this.supervised = true;
    this.log.release();
  }

  /** SIGTERM, then force; resolves when it is gone, and it stays gone. */
  async stop(): Promise<void> {
    this.supervised = false;
    clearTimeout(this.retry);
    const { child } = this;
    if (child) {
      const force = setTimeout(() => child.kill('SIGKILL'), this.plan.stopWithinMs);
      await this.kill('SIGTERM');
      clearTimeout(force);
    }
    this.log.close();
  }

  /** Sends a signal and resolves when the process has ended (at once when it is down). It is then started again. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child) return;
    const gone = endOf(child);
    child.kill(signal);
    await gone;
  }

  private launch(): Promise<void> {
    const { file, env } = this.plan;
    // A session of its own: Ctrl-C in the terminal reaches the launcher alone, which then stops all in order.
    const child = fork(file, [], {
      env,
      execArgv: [],
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      cwd: process.cwd(),
    });
    const startedAt = Date.now();
    this.child = child;
    const write = (chunk: string): void => this.log.write(chunk);
    child.stdout?.setEncoding('utf8').on('data', write);
    child.stderr?.setEncoding('utf8').on('data', write);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS);
      child.on('message', (message: Message) => {
        if (message.type === 'ready') {
          clearTimeout(late);
          this.ready = message;
          resolve();
        }
        this.hear(message);
      });
      child.once('error', reject);
      void endOf(child).then(({ code, signal }) => {
        clearTimeout(late);
        reject(this.failure(code, signal));
        this.onEnd(child, { code, signal, livedMs: Date.now() - startedAt });
      });
      if (child.pid === undefined) return;
      void this.guardian.watch(child.pid).catch(reject);
      this.emit('changed');
    });
  }

  private hear(message: Message): void {
    if (message.type === 'agents') this.emit('agents', message.processes);
    if (message.type === 'settled') this.emit('settled');
    if (message.type === 'shutdown') this.emit('shutdown');
  }

  private failure(code: number | null, signal: NodeJS.Signals | null): SetupError {
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    const said = this.log.complaint || `See ${this.log.file}.`;
    return new SetupError(`${this.name} ${how} before it was ready.\n${said}`, code === CONFIGURATION_EXIT ? 78 : 1);
  }

  private onEnd(
    child: ChildProcess,
    end: { code: number | null; signal: NodeJS.Signals | null; livedMs: number },
  ): void {
    if (this.child !== child) return;
    this.child = undefined;
    if (child.pid !== undefined)
      void this.guardian.unwatch(child.pid).catch((error: unknown) => this.show(reasonOf(error)));
    this.emit('changed');
    if (!this.supervised) return;
    const how = end.signal ?? `code ${end.code}`;
    if (end.code === CONFIGURATION_EXIT) {
      this.emit('failed', `${this.name} ended with a configuration error and stays down; see ${this.log.file}`);
      return;
    }
    if (end.livedMs >= HEALTHY_AFTER_MS) this.delayMs = FIRST_DELAY_MS;
    this.show(`${this.name} ended (${how}), starting it again in ${this.delayMs} ms`);
    this.retry = setTimeout(() => {
      this.launch().catch(() => undefined); // its end was seen above and led to the next try
    }, this.delayMs);
    this.delayMs = Math.min(2 * this.delayMs, LONGEST_DELAY_MS);
  }
}

interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The end of a process and of what it wrote; a grandchild that keeps its output open is not waited for. */
async function endOf(child: ChildProcess): Promise<ProcessEnd> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  const end = await new Promise<ProcessEnd>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null)
      resolve({ code: child.exitCode, signal: child.signalCode });
    else child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  let late: NodeJS.Timeout | undefined;
  await Promise.race([closed, new Promise((resolve) => (late = setTimeout(resolve, 300)))]);
  clearTimeout(late);
  return end;
}
