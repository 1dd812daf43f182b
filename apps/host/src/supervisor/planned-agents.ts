import { type AgentProcessSpec } from '@baton/contracts';
import { defaultRestartPolicy, startOrder } from '@baton/engine';
import { type DeployedAgent, type Deployment } from '../deployment/deployment-schema';
import { type PlannedAgent } from './supervisor';

/** The processes of a deployment in the order of their start; replicas are numbered: `probe-1`, `probe-2`. */
export function plannedAgents(deployment: Deployment): PlannedAgent[][] {
  const order = startOrder(deployment.agents);
  if (!order.ok) throw new Error(`a circle that should have been refused: ${order.cycle.join(' → ')}`);
  return order.levels.map((level) => level.flatMap(replicasOf)).filter((level) => level.length > 0);
}

/** What was added at run time is kept running. */
export function addedAgent(spec: AgentProcessSpec): PlannedAgent {
  return { spec, restart: defaultRestartPolicy };
}

function replicasOf(agent: DeployedAgent): PlannedAgent[] {
  const { family, tags, env, restart } = agent;
  const policy = { ...defaultRestartPolicy, policy: restart.policy, maxMs: restart.maxBackoffSeconds * 1000 };
  return Array.from({ length: agent.replicas }, (_, index) => ({
    spec: { name: `${agent.name}-${index + 1}`, family, tags, concurrency: agent.concurrency ?? null, env },
    restart: policy,
  }));
}
