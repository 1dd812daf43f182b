import {
  type AgentId,
  type AgentProcessSpec,
  type HostedProcess,
  NotFoundError,
  StateConflictError,
} from '@baton/contracts';
import { type RestartPolicy } from '@baton/engine';
import { SupervisedAgent, type SupervisionEvents } from './supervised-agent';

/** What shall run: levels start one after the other, each after the one before is ready; they stop backwards. */
export interface PlannedAgent {
  readonly spec: AgentProcessSpec;
  readonly restart: RestartPolicy;
}

/** The next level starts after this although the one before is not ready: a broken agent holds up nobody for ever. */
const LEVEL_WITHIN_MS = 30_000;

/** All processes of this host, by name. */
export class Supervisor {
  private readonly levels: SupervisedAgent[][] = [];
  private readonly agents = new Map<string, SupervisedAgent>();
  private stopping = false;

  constructor(private readonly events: SupervisionEvents) {}

  get snapshot(): HostedProcess[] {
    return [...this.agents.values()].map((agent) => agent.snapshot);
  }

  /** Starts level by level. Resolves when the last level has been started and is ready, or has had its time. */
  async start(levels: readonly (readonly PlannedAgent[])[]): Promise<void> {
    // All names are taken at once, so that no order can use one whose turn has not come.
    this.levels.push(...levels.map((level) => level.map((planned) => this.enter(planned))));
    for (const agents of this.levels) {
      if (this.stopping) return;
      for (const agent of agents) agent.start();
      await within(Promise.all(agents.map((agent) => agent.settled)), LEVEL_WITHIN_MS);
    }
  }

  /** Runs one more from now on. The same order again changes nothing; throws StateConflictError when the name is taken. */
  add(planned: PlannedAgent, agentId?: AgentId): HostedProcess {
    const { name } = planned.spec;
    if (this.stopping) throw new StateConflictError('This host is stopping. Choose another one.');
    const present = this.agents.get(name)?.snapshot;
    if (present && agentId !== undefined && present.agentId === agentId) return present;
    if (present) throw new StateConflictError(`A process named ${name} is ${present.state} here. Choose another name.`);
    const agent = this.enter(planned);
    agent.start(agentId);
    return agent.snapshot;
  }

  /** Drains and ends one for good; resolves when it is gone. Throws NotFoundError at once. */
  remove(name: string, withinMs: number): { readonly process: HostedProcess; readonly gone: Promise<void> } {
    const agent = this.agents.get(name);
    if (!agent) throw new NotFoundError('NOT_FOUND', `A process named ${name}`);
    const gone = agent.stop(withinMs).then(() => {
      if (this.agents.get(name) === agent) this.agents.delete(name);
      this.events.changed();
    });
    return { process: agent.snapshot, gone };
  }

  /** Ends all: first those that were added, then the levels backwards; all within the time, then by force. */
  async stop(withinMs: number): Promise<void> {
    this.stopping = true;
    const deadline = performance.now() + withinMs;
    const planned = new Set(this.levels.flat());
    const added = [...this.agents.values()].filter((agent) => !planned.has(agent));
    for (const level of [added, ...[...this.levels].reverse()]) {
      const left = Math.max(0, deadline - performance.now());
      await Promise.all(level.map((agent) => agent.stop(left)));
    }
  }

  private enter({ spec, restart }: PlannedAgent): SupervisedAgent {
    const agent = new SupervisedAgent(spec, restart, this.events);
    this.agents.set(spec.name, agent);
    return agent;
  }
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
