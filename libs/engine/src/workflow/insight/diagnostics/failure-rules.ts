import { type TaskError } from '@baton/contracts';
import { plainKey } from '../../progress/forecast';
import { type Unit } from '../../run/unit';
import { hasFailed, isOptional, wasStopped } from '../../run/unit-state';
import { unitsOf } from '../../run/workflow-run';
import { grouped, sum } from '../results/figures';
import { type RunTask } from '../results/run-task';
import { countsOf } from './agent-rules';
import { type DiagnosisFacts, type Issue } from './issue';

interface FailedUnit extends Unit {
  readonly error: TaskError;
}
const SAMPLES = 5;
const MOST_STACK = 4000;

/** Steps that failed of themselves, by step and code. */
export function failingSteps({ run }: DiagnosisFacts): Issue[] {
  const failed = [...unitsOf(run)].filter(isCulprit);
  return grouped(failed, ({ key, error }) => `${error.code} ${plainKey(key)}`).map(([, group]) => {
    const first = group[0] as FailedUnit;
    const { code, message, stack, retryable } = first.error;
    const keys = group.map(({ key }) => key);
    const many = group.length > 1 ? ` (${group.length} times; this is ${first.key})` : '';
    return {
      code: isOfExpression(code) ? 'expression-failed' : code === 'BUDGET_EXHAUSTED' ? 'budget' : 'failing-step',
      severity: group.every(isOptional) ? 'warning' : 'error',
      step: plainKey(first.key),
      message: `${plainKey(first.key)} failed with ${code}: ${message}${many}`,
      evidence: {
        ...{ code, retryable, count: group.length, steps: keys.slice(0, SAMPLES) },
        ...{ taskId: first.taskId, attempts: first.attempts, agent: first.agent?.name ?? null },
        stack: stack?.slice(0, MOST_STACK) ?? null,
      },
      remedy: remedyOf(first.error),
    };
  });
}

/** What is around a failure, or was stopped because of one, has not failed of itself. */
function isCulprit(unit: Unit): unit is FailedUnit {
  if (!hasFailed(unit) || wasStopped(unit) || unit.error === null) return false;
  return !unit.inner?.units.some((inner) => isCulprit(inner));
}

function isOfExpression(code: string): boolean {
  return code === 'EXPRESSION_FAILED' || code === 'INPUT_TOO_LARGE';
}

function remedyOf({ code, retryable }: TaskError): string {
  const again = 'POST /api/workflows/{id}/retry runs what failed once more.';
  if (isOfExpression(code)) {
    return 'Correct the expression, or what the steps it names give; POST /api/workflows/check tries a document. A run keeps its definition: create a new one.';
  }
  if (code === 'BUDGET_EXHAUSTED')
    return 'Give the document a larger `budget`, or the step less to do, and create a new run.';
  if (code === 'STEP_TIMEOUT' || code === 'TASK_TIMEOUT') return `Raise \`timeoutSeconds\` of the step. ${again}`;
  if (retryable)
    return `${again} \`retry.maxRetries\` of the step lets it try more often by itself, \`fallback\` names another capability.`;
  return `More attempts do not help by themselves: correct the input or the agent. Then ${again} \`optional: true\` lets the run go on without it.`;
}

/** More attempts than this of one task, or so many of one step in such a share, are a storm. */
const STORM = { ofTask: 4, ofStep: 5, share: 0.3 };

/** Work that is done again and again. */
export function retryStorms({ tasks }: DiagnosisFacts): Issue[] {
  return grouped(tasks, ({ stepKey }) => plainKey(stepKey)).flatMap(([step, group]) => {
    const failures = group.map((task) => failedAttempts(task).length);
    const worst = Math.max(...failures);
    const failed = sum(failures);
    const attempts = sum(group.map((task) => task.attempts.length));
    if (worst < STORM.ofTask && (failed < STORM.ofStep || failed / attempts < STORM.share)) return [];
    const lost = group.flatMap(failedAttempts);
    const lostMs = sum(lost.map(({ assignedAt, endedAt }) => (endedAt as Date).getTime() - assignedAt.getTime()));
    const issue: Issue = {
      code: 'retry-storm',
      severity: 'warning',
      step,
      message: `${failed} of the ${attempts} attempts at ${step} failed; one task failed ${worst} times.`,
      evidence: {
        ...{ tasks: group.length, attempts, failed, worst, lostMs },
        taskId: (group[failures.indexOf(worst)] as RunTask).id,
        errors: countsOf(lost.map(({ errorCode }) => errorCode as string)),
      },
      remedy:
        'GET /api/tasks/{taskId}/history shows every attempt. Let the step fail sooner (`retry.maxRetries`, `retry.nonRetryable` codes), wait longer (`retry.initialMs`), or go elsewhere (`fallback`).',
    };
    return [issue];
  });
}

function failedAttempts({ attempts }: RunTask): RunTask['attempts'] {
  return attempts.filter(({ endedAt, errorCode }) => endedAt !== null && errorCode !== null);
}
