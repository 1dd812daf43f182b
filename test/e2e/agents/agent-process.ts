import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';

/** How to start an agent of the examples. */
export interface AgentProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

interface Registered {
  readonly agentId: string;
  readonly name: string;
}

/** An agent that somebody else supervises: a process of its own, with a broker's address and nothing more. */
export class AgentProcess {
  /** Every line it printed, both outputs. */
  readonly lines: string[] = [];
  readonly registrations: Registered[] = [];
  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface(stream).on('line', (line) => this.read(line));
    }
  }

  static start(program: AgentProgram, environment: Readonly<Record<string, string>>): AgentProcess {
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, ...program.environment, ...environment };
    const cwd = resolve(__dirname, '../../..');
    return new AgentProcess(spawn(program.command, program.args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the agent did not start');
    return this.child.pid;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Throws with what the agent printed while it has not registered `times`. */
  registered(times = 1): Registered {
    const found = this.registrations[times - 1];
    if (!found) throw new Error(`the agent has not registered ${times} time(s):\n${this.lines.slice(-20).join('\n')}`);
    return found;
  }

  /** Resolves with its exit code, or the signal it died of. */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    if (!this.hasEnded) {
      this.child.kill(signal);
      await once(this.child, 'exit');
    }
    return this.child.exitCode ?? this.child.signalCode;
  }

  private read(line: string): void {
    this.lines.push(line);
    if (line.startsWith('{"event"')) this.registrations.push(JSON.parse(line) as Registered);
  }
}
