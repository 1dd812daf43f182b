import { type Bus } from '@baton/bus';
import {
  agentFigures,
  agentStatesNow,
  capabilityFigures,
  countOpenTasks,
  countOpenWorkflows,
  type Database,
  listAgents,
  loadBreakers,
  queueDepths,
  readBrainLease,
  readRecentMetrics,
} from '@baton/persistence';
import { STATS_SECONDS } from '../../performance/agent-stats';
import { routeFigures } from '../../performance/route-figures';
import { metricsHistory } from './metrics-query';

/** Figures are over this many of the newest tasks, so that they cost the same however large the table is. */
const FIGURES_WINDOW = 20_000;
/** Asked more often than this, the same figures are answered. */
const FIGURES_KEPT_MS = 1000;
const MAX_AGENTS_SHOWN = 500;
const MAX_ROUTES_SHOWN = 2000;

/** The state of the whole mesh, as every door sees it. */
export class MeshReport {
  private readonly startedAt = new Date();
  private kept: { at: number; figures: Promise<unknown> } | undefined;

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly version: string,
    /** The epoch in which this process is the brain; undefined while another is. */
    private readonly epochHere: () => number | undefined,
  ) {}

  async status() {
    const [lease, agents, tasks, workflows] = await Promise.all([
      readBrainLease(this.database),
      agentStatesNow(this.database),
      countOpenTasks(this.database),
      countOpenWorkflows(this.database),
    ]);
    const present = agents.filter((agent) => agent.state !== 'terminated');
    return {
      phase: lease.held ? 'run' : 'init',
      version: this.version,
      startedAt: this.startedAt.toISOString(),
      brain: {
        held: lease.held,
        here: this.epochHere() !== undefined,
        epoch: lease.epoch,
        holder: lease.held ? lease.holder : null,
        expiresAt: lease.expiresAt?.toISOString() ?? null,
      },
      broker: { connected: this.bus.connected, connectedForMs: Math.round(this.bus.connectedForMs) },
      agents: {
        total: present.length,
        byState: countBy(present.map((agent) => agent.state)),
        byFamily: countBy(present.map((agent) => agent.family)),
      },
      tasks,
      workflows,
    };
  }

  /** At most a second old. */
  figures(): Promise<unknown> {
    const now = performance.now();
    if (!this.kept || now - this.kept.at > FIGURES_KEPT_MS) {
      const figures = this.readFigures();
      figures.catch(() => (this.kept = undefined));
      this.kept = { at: now, figures };
    }
    return this.kept.figures;
  }

  /** The figures, with the history the query asks for. Throws ValidationError. */
  async figuresAnd(query: unknown): Promise<object> {
    const history = await metricsHistory(this.database, query);
    const figures = (await this.figures()) as object;
    return history ? { ...figures, history } : figures;
  }

  /** How every agent did at every capability in the last hour. */
  private async performance() {
    const [routes, breakers] = await Promise.all([
      readRecentMetrics(this.database, { seconds: STATS_SECONDS, agentIds: null, limit: MAX_ROUTES_SHOWN }),
      loadBreakers(this.database),
    ]);
    const states = new Map(breakers.map((one) => [`${one.agentId} ${one.capability}`, one.state]));
    return routes.map(({ agentId, agentName, capability, ...raw }) => ({
      ...{ agentId, agentName, capability, breaker: states.get(`${agentId} ${capability}`) ?? 'closed' },
      ...routeFigures(raw, STATS_SECONDS),
    }));
  }

  private async readFigures() {
    const [queues, capabilities, byAgent, agents, performance] = await Promise.all([
      queueDepths(this.database),
      capabilityFigures(this.database, FIGURES_WINDOW),
      agentFigures(this.database, FIGURES_WINDOW),
      listAgents(this.database, { present: true }, { limit: MAX_AGENTS_SHOWN }),
      this.performance(),
    ]);
    const figuresOf = new Map(byAgent.map(({ agentId, ...figures }) => [agentId, figures]));
    const none = { completed: 0, failed: 0, runMs: { p50: null, p95: null } };
    return {
      at: new Date().toISOString(),
      window: { tasks: FIGURES_WINDOW },
      queues,
      capabilities: capabilities.map((one) => ({ ...one, successRate: rate(one.completed, one.failed) })),
      agents: agents.map(({ id, name, family, state, health, inFlight, concurrency }) => ({
        ...{ id, name, family, state, health, inFlight, concurrency },
        ...(figuresOf.get(id) ?? none),
      })),
      performance,
    };
  }
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function rate(completed: number, failed: number): number | null {
  return completed + failed === 0 ? null : completed / (completed + failed);
}
