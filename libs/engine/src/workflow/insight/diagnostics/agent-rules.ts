import { grouped } from '../results/figures';
import { type RunTask } from '../results/run-task';
import { type DiagnosisFacts, type Issue } from './issue';
import { binomialTail } from './statistics';

/** What is left to chance is no finding: over all agents of a capability together. */
const CHANCE = 0.01;
const FEWEST = 3;
/** Not the agent's fault: it was full, left, was never reached, or what was to come before did not complete. */
const blameless: ReadonlySet<string> = new Set(['AGENT_FULL', 'AGENT_DRAINING', 'NOT_DELIVERED', 'OUT_OF_SEQUENCE']);

interface Tried {
  readonly agentId: string;
  readonly name: string | null;
  readonly errors: readonly string[];
}

/** Failures that fall on one agent more often than chance would have it; those of one task there count once. */
export function failingAgents({ tasks }: DiagnosisFacts): Issue[] {
  return grouped(tasks, ({ capability }) => capability).flatMap(([capability, group]) => {
    const agents = grouped(group.flatMap(triedBy), ({ agentId }) => agentId);
    const all = agents.flatMap(([, tried]) => tried);
    const failures = failedOf(all).length;
    return agents.flatMap(([agentId, tried]) => {
      const own = failedOf(tried).length;
      if (agents.length < 2 || own < FEWEST) return [];
      const p = binomialTail(own, failures, tried.length / all.length);
      if (p * agents.length >= CHANCE) return [];
      const name = (tried[0] as Tried).name ?? agentId;
      const others = `${failures - own} of ${all.length - tried.length}`;
      const issue: Issue = {
        code: 'failing-agent',
        severity: 'warning',
        step: null,
        message: `Agent ${name} failed at ${own} of the ${tried.length} tasks of ${capability} it had; all others at ${others}.`,
        evidence: {
          ...{ agentId, agent: name, capability, tasks: tried.length, failed: own, p },
          ...{ othersTasks: all.length - tried.length, othersFailed: failures - own },
          errors: countsOf(tried.flatMap(({ errors }) => errors)),
        },
        remedy: `Look at GET /api/agents/${agentId} and its log. Take it out with DELETE /api/agents/${agentId}, then POST /api/workflows/{id}/retry if steps have failed.`,
      };
      return [issue];
    });
  });
}

function triedBy({ attempts }: RunTask): Tried[] {
  const ended = attempts.filter(({ endedAt, errorCode }) => endedAt !== null && !blameless.has(errorCode ?? ''));
  return grouped(ended, ({ agentId }) => agentId).map(([agentId, group]) => ({
    agentId,
    name: group.find(({ agentName }) => agentName !== null)?.agentName ?? null,
    errors: group.flatMap(({ errorCode }) => errorCode ?? []),
  }));
}

function failedOf(tried: readonly Tried[]): Tried[] {
  return tried.filter(({ errors }) => errors.length > 0);
}

export function countsOf(codes: readonly string[]): Record<string, number> {
  return Object.fromEntries(grouped(codes, (code) => code).map(([code, group]) => [code, group.length]));
}
