import { type RunEstimate } from '../../progress/progress';
import { deadlineOf } from '../../run/time-limit';
import { type WorkflowRun } from '../../run/workflow-run';
import { type DiagnosisFacts, type Issue } from './issue';

/** From this part of a limit on it is near. */
const NEAR = 0.8;

const MORE_TIME =
  'Give the document more `deadlineSeconds`, or `budget.seconds`; GET /api/workflows/{id}/results names the steps that decide the end. A run keeps its definition: create a new one, or POST /api/workflows/{id}/retry once it has failed, which starts the clock again.';

/** Passed, or near, or to be missed by what is expected. */
export function nearDeadline({ run, now, estimate }: DiagnosisFacts): Issue[] {
  if (run.finishedAt !== null) return missedDeadline(run);
  const deadline = deadlineOf(run);
  if (!deadline) return [];
  const leftSeconds = (deadline.at - now.getTime()) / 1000;
  const used = 1 - (leftSeconds * 1000) / (deadline.at - (run.clockFrom as Date).getTime());
  const etaSeconds = estimate && etaOf(estimate, now);
  const willMiss = etaSeconds !== null && etaSeconds > leftSeconds;
  if (used < NEAR && !willMiss) return [];
  const expected = willMiss ? `, and the rest is expected to take ${Math.round(etaSeconds)} s` : '';
  const message = `${Math.round(leftSeconds)} s are left until the deadline${expected}.`;
  const evidence = { deadlineAt: new Date(deadline.at).toISOString(), leftSeconds, used, etaSeconds };
  return [{ code: 'deadline', severity: 'warning', step: null, message, evidence, remedy: MORE_TIME }];
}

function missedDeadline({ error }: WorkflowRun): Issue[] {
  if (error?.code !== 'WORKFLOW_DEADLINE') return [];
  return [{ code: 'deadline', severity: 'error', step: null, message: error.message, evidence: {}, remedy: MORE_TIME }];
}

function etaOf({ at, etaSeconds }: RunEstimate, now: Date): number | null {
  return etaSeconds === null ? null : Math.max(0, etaSeconds - (now.getTime() - Date.parse(at)) / 1000);
}

/** Nearly used up. What failed for want of it is told with its step. */
export function nearBudget({ run }: DiagnosisFacts): Issue[] {
  const { budget, spent } = run.root.gate;
  const used = { tasks: spent.tasks, cost: spent.cost + spent.reserved };
  if (run.finishedAt !== null) return [];
  return (['tasks', 'cost'] as const).flatMap((name) => {
    const limit = budget[name] ?? Infinity;
    if (used[name] < NEAR * limit) return [];
    return {
      code: 'budget' as const,
      severity: 'warning' as const,
      step: null,
      message: `${used[name]} of the ${limit} that \`budget.${name}\` allows are used or reserved.`,
      evidence: { budget: name, used: used[name], limit },
      remedy: `Steps fail with BUDGET_EXHAUSTED when it is spent. Give the next run more \`budget.${name}\`.`,
    };
  });
}
