import { type AgentId, type AgentProcessSpec, type HostedProcess } from '@baton/contracts';
import { planRestart, type RestartPolicy } from '@baton/engine';
import { type AgentProcess, type ProcessEnd } from '../processes/agent-process';

export interface SupervisionEvents {
  launch(spec: AgentProcessSpec, agentId: AgentId): AgentProcess;
  newId(): AgentId;
  changed(): void;
  /** It ended unasked. `plan` tells what comes next. */
  crashed(spec: AgentProcessSpec, agentId: AgentId, end: ProcessEnd, plan: string): void;
  /** It ended as asked. */
  left(spec: AgentProcessSpec, agentId: AgentId): void;
}

/** One name: its present process, and the decision what follows when that ends. */
export class SupervisedAgent {
  /** Resolves when the first process is ready or given up, so that those that depend on it may start. */
  readonly settled: Promise<void>;
  private state: HostedProcess['state'] = 'starting';
  private process: AgentProcess | undefined;
  private agentId: AgentId | null = null;
  private startedAt = 0;
  private crashes = 0;
  private restarts = 0;
  private lastExit: string | null = null;
  private retry: NodeJS.Timeout | undefined;
  private settle: () => void = () => undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    readonly spec: AgentProcessSpec,
    private readonly policy: RestartPolicy,
    private readonly events: SupervisionEvents,
  ) {
    this.settled = new Promise((resolve) => (this.settle = resolve));
  }

  get snapshot(): HostedProcess {
    const { state, restarts, lastExit, agentId } = this;
    const { name, family } = this.spec;
    return { name, family, state, pid: this.process?.pid ?? null, agentId, restarts, lastExit };
  }

  /** Starts the first incarnation, or the next one; every incarnation has an id of its own. */
  start(agentId: AgentId = this.events.newId()): void {
    if (this.stopping) return;
    const process = this.events.launch(this.spec, agentId);
    Object.assign(this, { process, agentId, startedAt: performance.now() });
    this.enter('starting');
    void process.ready.then(() => this.process === process && this.state === 'starting' && this.enter('running'));
    void process.ended.then((end) => this.process === process && this.onEnd(agentId, end));
  }

  /** Drains and ends it for good. */
  stop(withinMs: number): Promise<void> {
    this.stopping ??= this.end(withinMs);
    return this.stopping;
  }

  private async end(withinMs: number): Promise<void> {
    clearTimeout(this.retry);
    const { process, agentId } = this;
    if (process) {
      this.enter('stopping');
      this.lastExit = told(await process.stop(withinMs));
      this.process = undefined;
      if (agentId) this.events.left(this.spec, agentId);
    }
    this.agentId = null;
    this.enter('stopped');
  }

  private onEnd(agentId: AgentId, end: ProcessEnd): void {
    if (this.stopping) return;
    const history = { startedAt: this.startedAt, exitCode: end.code, crashes: this.crashes };
    const plan = planRestart(history, this.policy, performance.now(), Math.random());
    this.process = undefined;
    this.agentId = null;
    this.lastExit = told(end);
    if (plan.kind === 'restart') {
      this.crashes = plan.crashes;
      this.restarts++;
      this.retry = setTimeout(() => this.start(), plan.delayMs);
      this.enter('backing-off');
      this.events.crashed(this.spec, agentId, end, `started again in ${plan.delayMs} ms`);
    } else {
      this.enter('failed');
      this.events.crashed(this.spec, agentId, end, `not started again: ${plan.reason}`);
    }
  }

  private enter(state: HostedProcess['state']): void {
    this.state = state;
    if (state === 'running' || state === 'failed' || state === 'stopped') this.settle();
    this.events.changed();
  }
}

function told({ code, signal }: ProcessEnd): string {
  return signal ?? `exit ${code ?? 'unknown'}`;
}
