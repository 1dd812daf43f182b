import {
  type FinalTaskState,
  isFinalTaskState,
  type JsonObject,
  type JsonValue,
  type TaskError,
} from '@baton/contracts';
import {
  isActive,
  restoreRun,
  type StepRun,
  type TaskEndedEvent,
  type WorkflowGraph,
  type WorkflowRun,
} from '@baton/engine';
import { type SavedStep, type WorkflowRow, type WorkflowStepRow } from '@baton/persistence';

/** Rows as the engine's run, and back. */
export function runFromRows(graph: WorkflowGraph, head: WorkflowRow, steps: readonly WorkflowStepRow[]): WorkflowRun {
  return restoreRun(
    graph,
    {
      id: head.id,
      state: head.state,
      input: JSON.parse(head.input) as JsonObject,
      output: parse(head.output),
      error: parseError(head.error),
      startedAt: head.startedAt,
      finishedAt: head.finishedAt,
    },
    steps.map(stepFromRow),
  );
}

function stepFromRow(row: WorkflowStepRow): StepRun {
  const { key, stepId, itemIndex, state, taskId, attempts, startedAt, finishedAt } = row;
  // The row shows what its task gave; the step has it only once it has taken it.
  const [output, error] = [state === 'completed' ? parse(row.output) : null, parseError(row.error)];
  return { key, stepId, itemIndex, state, taskId, attempts, output, error, startedAt, finishedAt };
}

/**
 * Tasks that have ended although the run does not know. Saved together they cannot be, but a run must never wait for
 * a task that is gone.
 */
export function missedEnds(run: WorkflowRun, steps: readonly WorkflowStepRow[]): TaskEndedEvent[] {
  const active = new Set(
    run.nodes.flatMap(({ own, elements = [] }) => [own, ...elements].filter(isActive).map((step) => step.key)),
  );
  return steps.flatMap((row) => {
    const { key, taskId, taskState, taskAttempt } = row;
    if (!active.has(key) || taskId === null || taskState === null || !isFinalTaskState(taskState)) return [];
    return { kind: 'task-ended', key, taskId, state: taskState, attempts: taskAttempt ?? 0, ...endOf(row, taskState) };
  });
}

function endOf(row: WorkflowStepRow, state: FinalTaskState): Pick<TaskEndedEvent, 'output' | 'error'> {
  const completed = state === 'completed';
  return { output: completed ? parse(row.output) : null, error: completed ? null : parseError(row.taskError) };
}

/** A step as its row. An output that a task or the elements hold is not stored again. */
export function stepToRow(run: WorkflowRun, step: StepRun): SavedStep {
  const { key, stepId, itemIndex, state, taskId, attempts, startedAt, finishedAt } = step;
  const isEmptyList = Array.isArray(step.output) && step.output.length === 0 && taskId === null;
  return {
    workflowId: run.id,
    key,
    stepId,
    itemIndex,
    state,
    taskId,
    attempts,
    output: isEmptyList ? '[]' : null,
    error: step.error === null ? null : JSON.stringify(step.error),
    startedAt,
    finishedAt,
  };
}

function parse(json: string | null): JsonValue {
  return json === null ? null : (JSON.parse(json) as JsonValue);
}

function parseError(json: string | null): TaskError | null {
  return json === null ? null : (JSON.parse(json) as TaskError);
}
