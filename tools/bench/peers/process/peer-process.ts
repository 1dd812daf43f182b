import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Answers, type Order, type Reply, type Verb } from './orders';

const root = resolve(__dirname, '..', '..', '..', '..');
const CLOSE_WITHIN_MS = 5_000;
/** A peer that hangs spoils its own row, not the others. */
const ANSWER_WITHIN_MS = 180_000;

interface Waiting {
  resolve: (value: Answers[Verb]) => void;
  reject: (error: Error) => void;
}

/** This side of a peer's process. It ends with this process, however that ends. */
export class PeerProcess extends EventEmitter<{ handled: [number]; started: [n: number, at: number] }> {
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, Waiting>();
  private lastId = 0;
  /** How many jobs it has told to have handled. */
  handled = 0;
  /** When it began with the first of them. */
  firstAt = NaN;

  /** `node` is the program to run it with; what it prints goes to `log`. */
  constructor(
    readonly name: string,
    node: string,
    private readonly log: string,
  ) {
    super();
    const out = openSync(log, 'a');
    this.child = fork(join(__dirname, 'main.ts'), [], {
      execPath: node,
      execArgv: ['-r', require.resolve('@swc-node/register')],
      env: { ...process.env, TS_NODE_PROJECT: join(root, 'tsconfig.json') },
      stdio: ['ignore', out, out, 'ipc'],
    });
    closeSync(out);
    this.child.on('message', (reply: Reply) => this.hear(reply));
    this.child.once('error', (error) => this.fail(error));
    this.child.once('exit', (code, signal) => this.fail(new Error(`it ended (${signal ?? code})`)));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Rejects with the peer's own error, or when the process ends before it answers. */
  ask<Asked extends Order>(order: Asked): Promise<Answers[Asked['verb']]> {
    if (this.gone) return Promise.reject(this.told(new Error('it has ended')));
    const id = ++this.lastId;
    const late = setTimeout(() => {
      this.hear({ id, error: `no answer to ${order.verb} within ${ANSWER_WITHIN_MS / 1000} s` });
    }, ANSWER_WITHIN_MS);
    return new Promise<Answers[Asked['verb']]>((resolve, reject) => {
      this.pending.set(id, { resolve: (value) => resolve(value as Answers[Asked['verb']]), reject });
      this.child.send({ id, order });
    }).finally(() => clearTimeout(late));
  }

  /** Ends it in order, or by force when it takes long. */
  async close(): Promise<void> {
    if (this.gone) return;
    const force = setTimeout(() => this.child.kill('SIGKILL'), CLOSE_WITHIN_MS);
    const ended = once(this.child, 'exit');
    await this.ask({ verb: 'close' }).catch(() => undefined); // what matters is that it is gone
    if (this.child.connected) this.child.disconnect();
    await ended;
    clearTimeout(force);
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.gone) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  private get gone(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private hear(reply: Reply): void {
    if ('event' in reply) {
      this.hearOf(reply);
      return;
    }
    const waiting = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    if ('error' in reply) waiting?.reject(this.told(new Error(reply.error)));
    else waiting?.resolve(reply.value);
  }

  private hearOf(event: Extract<Reply, { event: string }>): void {
    if (event.event === 'started') {
      this.emit('started', event.n, event.at);
      return;
    }
    this.handled = event.total;
    this.firstAt = event.firstAt;
    this.emit('handled', event.total);
  }

  private fail(error: Error): void {
    for (const { reject } of this.pending.values()) reject(this.told(error));
    this.pending.clear();
  }

  private told(error: Error): Error {
    return new Error(`${this.name}: ${error.message}; ${this.log} may tell more`, { cause: error });
  }
}
