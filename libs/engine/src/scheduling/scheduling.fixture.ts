import { type AgentId, type AgentSeen } from '@baton/contracts';
import { type ReadyTask } from './ready-queue';

/** A ready task with everything optional left out. */
export function readyTask(id: string, more: Partial<ReadyTask> = {}): ReadyTask {
  return {
    id,
    capability: 'a.b',
    rank: 0,
    targetAgentId: null,
    tags: [],
    version: null,
    resources: null,
    lane: laneOf(more),
    concurrencyKey: null,
    concurrencyLimit: 1,
    rateLimitKey: null,
    rateLimit: null,
    spreadKey: null,
    optional: false,
    deadlineMs: null,
    fallback: [],
    ...more,
  };
}

function laneOf(task: Partial<ReadyTask>) {
  const { concurrencyKey, rateLimitKey, spreadKey, targetAgentId, tags, version, resources } = task;
  const asked = JSON.stringify([concurrencyKey, rateLimitKey, spreadKey, targetAgentId, tags, version, resources]);
  return /^\[(null,?)*\]$/.test(asked) ? null : asked;
}

/** An idle agent that offers `a.b`. */
export function agentSeen(id: string, more: Partial<AgentSeen> = {}): AgentSeen {
  return {
    agentId: id as AgentId,
    name: id,
    family: 'test',
    state: 'idle',
    draining: false,
    concurrency: 2,
    tags: [],
    capabilities: [{ name: 'a.b', version: '1.0.0', concurrency: null }],
    ...more,
  };
}
