import { plainKey } from '../../progress/forecast';
import { grouped, sum } from '../results/figures';
import { type RunTask } from '../results/run-task';
import { type DiagnosisFacts, type Issue, type WaitReason } from './issue';

/** Nobody who is present could ever take it. */
const hopeless: ReadonlySet<string> = new Set([
  'no-capable-agent',
  'target-agent-absent',
  'tags-unmatched',
  'version-unmatched',
  'resources-too-large',
  'spread',
]);
/** Somebody could, but has no place. */
const crowded: ReadonlySet<string> = new Set([
  'no-free-slot',
  'resources-busy',
  'fitting-agents-busy',
  'concurrency-key-full',
  'rate-limited',
  'capability-full',
  'mesh-full',
]);

/** Tasks that wait for an agent, by step and by what they wait for. */
export function waitingTasks(facts: DiagnosisFacts): Issue[] {
  const queued = facts.tasks.filter(({ state }) => state === 'queued');
  return grouped(queued, ({ stepKey, capability }) => `${capability} ${plainKey(stepKey)}`).flatMap(([, group]) => {
    const told = group.find(({ id }) => facts.waiting.has(id));
    const reason = told && facts.waiting.get(told.id);
    return reason ? issueOf(facts, group, reason) : [];
  });
}

function issueOf(facts: DiagnosisFacts, group: readonly RunTask[], reason: WaitReason): Issue[] {
  const { stepKey, capability, id } = group[0] as RunTask;
  const step = plainKey(stepKey);
  const waitedMs = Math.max(...group.map((task) => waitedSince(task, facts.now)));
  const evidence = { capability, obstacle: reason.what, tasks: group.length, waitedMs, taskId: id };
  const many = group.length > 1 ? `${group.length} tasks of ${step} wait` : `${step} waits`;
  const message = `${many}, the longest for ${(waitedMs / 1000).toFixed(1)} s. ${reason.detail}`;
  if (hopeless.has(reason.what)) {
    const remedy = `Start an agent that fits: POST /api/agents, or the deployment file. GET /api/tasks/${id}/why tells what it asks for; \`fallback\` of the step names another capability.`;
    return [{ code: 'no-capable-agent', severity: 'error', step, message, evidence, remedy }];
  }
  if (reason.what === 'breakers-open') {
    const open = facts.breakers.filter((breaker) => breaker.capability === capability);
    const breakers = open.map(({ agentName, reason: why }) => `${agentName}: ${why}`);
    const remedy = `Look at why they failed: GET /api/agents/metrics and the errors of earlier tasks of ${capability}. A breaker tries again by itself; \`fallback\` of the step names another capability.`;
    return [{ code: 'open-breaker', severity: 'error', step, message, evidence: { ...evidence, breakers }, remedy }];
  }
  if (!crowded.has(reason.what) || waitedMs < facts.starvedAfterMs) return [];
  return [{ code: 'starved', severity: 'warning', step, message, ...crowd(facts, evidence, reason) }];
}

function crowd(
  { slots, holders, run }: DiagnosisFacts,
  evidence: Issue['evidence'] & { readonly capability: string },
  { what }: WaitReason,
): Pick<Issue, 'evidence' | 'remedy'> {
  const { capability } = evidence;
  const taken = holders.filter((holder) => holder.capability === capability);
  const own = sum(taken.filter(({ workflowId }) => workflowId === run.id).map(({ tasks }) => tasks));
  const others = taken
    .filter(({ workflowId }) => workflowId !== run.id)
    .map(({ workflow, workflowId, tasks }) => ({ workflow, workflowId, tasks }));
  const known = { ...evidence, slots: slots.get(capability) ?? 0, heldByThisRun: own, heldByOthers: others };
  if (what.startsWith('concurrency-key') || what === 'rate-limited') {
    return {
      evidence: known,
      remedy: 'Raise `concurrencyLimit` or `rateLimit` of its key, or give it a key of its own.',
    };
  }
  const more = `Start more agents that offer ${capability} (POST /api/agents), or give those there are more concurrency`;
  const first = others.length > 0 ? '; a higher `priority` of the step lets it go before the others' : '';
  return { evidence: known, remedy: `${more}${first}. GET /api/tasks/{taskId}/why says what it waits for now.` };
}

/** Since it was last with nobody. */
function waitedSince({ createdAt, attempts }: RunTask, now: Date): number {
  const since = attempts.at(-1)?.endedAt ?? createdAt;
  return Math.max(0, now.getTime() - since.getTime());
}
