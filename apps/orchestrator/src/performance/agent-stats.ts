import { type Agent, type JsonObject } from '@baton/contracts';
import {
  type BreakerRow,
  type Database,
  loadBreakers,
  type MetricsFigures,
  readAvailability,
  readRecentMetrics,
} from '@baton/persistence';
import { routeFigures, sumFigures } from './route-figures';

/** The figures of agents are over this time. */
export const STATS_SECONDS = 3600;
/** Agents and capabilities looked at for one answer, at most. */
const MAX_ROUTES = 5000;

/** The same agents with their `stats`: how they did in the last hour, and their breakers. */
export async function withStats(database: Database, agents: readonly Agent[]): Promise<Agent[]> {
  if (agents.length === 0) return [];
  const agentIds = agents.map((agent) => agent.id);
  const [figures, breakers, availability] = await Promise.all([
    readRecentMetrics(database, { seconds: STATS_SECONDS, agentIds, limit: MAX_ROUTES }),
    loadBreakers(database),
    readAvailability(database, agentIds),
  ]);
  return agents.map((agent) => {
    const own = figures.filter(({ agentId }) => agentId === agent.id);
    const tripped = breakers.filter(({ agentId }) => agentId === agent.id);
    return { ...agent, stats: statsOf(agent, { own, tripped, availability: availability.get(agent.id) ?? null }) };
  });
}

interface Known {
  readonly own: readonly MetricsFigures[];
  readonly tripped: readonly BreakerRow[];
  readonly availability: number | null;
}

function statsOf(agent: Agent, { own, tripped, availability }: Known): JsonObject {
  const seconds = secondsOf(agent);
  const stats = {
    seconds,
    availability: availability === null ? null : Math.round(availability * 10_000) / 10_000,
    ...routeFigures(sumFigures(own), seconds),
    capabilities: own.map(({ capability, ...raw }) => ({ capability, ...routeFigures(raw, seconds) })),
    breakers: tripped.map(breakerView),
  };
  return stats;
}

/** As the API shows a breaker. */
function breakerView({ capability, state, reason, nextProbeAt, changedAt }: BreakerRow) {
  return {
    capability,
    state,
    reason,
    nextProbeAt: state === 'open' ? (nextProbeAt?.toISOString() ?? null) : null,
    changedAt: changedAt.toISOString(),
  };
}

/** An agent younger than the window did what it did in the time it had. */
function secondsOf({ registeredAt, terminatedAt }: Agent): number {
  const until = terminatedAt === null ? Date.now() : Date.parse(terminatedAt);
  const age = Math.ceil((until - Date.parse(registeredAt)) / 1000);
  return Math.min(STATS_SECONDS, Math.max(1, age));
}
