import {
  type FinalTaskState,
  isFinalTaskState,
  type JsonObject,
  type JsonValue,
  type TaskError,
  type TaskId,
} from '@baton/contracts';
import {
  isActive,
  keptOutput,
  restoreRun,
  type RunHead,
  type Signal,
  spentOf,
  type TaskEndedEvent,
  type Unit,
  type UnitMemo,
  type UnitRow,
  type WorkflowGraph,
  type WorkflowRun,
} from '@baton/engine';
import { type SavedRun, type SavedStep, type WorkflowRow, type WorkflowStepRow } from '@baton/persistence';

/** Rows as the engine's run, and back. */
export function runFromRows(graph: WorkflowGraph, head: WorkflowRow, steps: readonly WorkflowStepRow[]): WorkflowRun {
  const run = restoreRun(graph, headFromRow(head), steps.map(unitFromRow));
  // As it is stored: the next turn says when it differs.
  run.wakeAt = head.wakeAt;
  return run;
}

function headFromRow(head: WorkflowRow): RunHead {
  const { id, state, startedAt, finishedAt } = head;
  return {
    ...{ id, state, startedAt, finishedAt },
    input: JSON.parse(head.input) as JsonObject,
    output: parse(head.output) ?? null,
    error: parse(head.error) as TaskError | null,
    signals: (parse(head.signals) ?? []) as Signal[],
    spent: parse(head.spent) as RunHead['spent'],
  };
}

/** Field by field, as elsewhere where thousands are made: a spread costs several times as much. */
function unitFromRow(row: WorkflowStepRow): UnitRow {
  const { taskId, state, finishedAt } = row;
  // The row shows what its task gave; the unit has it only once it has taken it.
  const isTaken = taskId === null || state === 'completed';
  return {
    key: row.key,
    stepId: row.stepId,
    itemIndex: row.itemIndex,
    state,
    taskId,
    attempts: row.attempts,
    output: isTaken ? parse(row.output) : null,
    error: parse(row.error) as TaskError | null,
    startedAt: row.startedAt,
    finishedAt,
    agent: finishedAt === null ? null : agentOf(row),
    cost: row.cost,
    memo: parse(row.memo) as UnitMemo | null,
  };
}

function agentOf({ agentId: id, agentName: name }: WorkflowStepRow): UnitRow['agent'] {
  return id === null || name === null ? null : { id, name };
}

/** What the tasks that a task spawned add to it. */
export type TotalsOf = (taskId: TaskId) => Pick<TaskEndedEvent, 'cost' | 'spawned'>;

interface EndedRow extends WorkflowStepRow {
  readonly taskId: TaskId;
  readonly taskState: FinalTaskState;
}

/**
 * Rows of tasks that have ended although the run does not know. Saved together they cannot be, but a run must never
 * wait for a task that is gone.
 */
export function missedEnds(run: WorkflowRun, steps: readonly WorkflowStepRow[]): EndedRow[] {
  return steps.filter((row): row is EndedRow => {
    const unit = run.byKey.get(row.key);
    if (!unit || !isActive(unit) || unit.taskId !== row.taskId) return false;
    return row.taskState !== null && isFinalTaskState(row.taskState);
  });
}

export function missedEvent(row: EndedRow, totalsOf: TotalsOf): TaskEndedEvent {
  const { key, taskId, taskState: state, taskAttempt } = row;
  const isCompleted = state === 'completed';
  return {
    kind: 'task-ended',
    ...{ key, taskId, state },
    attempts: taskAttempt ?? 0,
    output: isCompleted ? parse(row.output) : null,
    error: isCompleted ? null : (parse(row.taskError) as TaskError | null),
    agent: agentOf(row),
    ...totalsOf(taskId),
  };
}

/** A unit as its row. An output that a task or what is inside the unit tells is not stored again. */
export function unitToRow(run: WorkflowRun, unit: Unit): SavedStep {
  return {
    workflowId: run.id,
    key: unit.key,
    stepId: unit.stepId,
    itemIndex: unit.itemIndex,
    state: unit.state,
    taskId: unit.taskId,
    attempts: unit.attempts,
    output: textOf(keptOutput(unit)),
    error: textOf(unit.error),
    startedAt: unit.startedAt,
    finishedAt: unit.finishedAt,
    cost: unit.cost,
    memo: textOf(unit.memo),
  };
}

/** What of a run changes as it goes on, as its row. */
export function runToRow(run: WorkflowRun): Omit<SavedRun, 'from' | 'input' | 'progress' | 'moves'> {
  const { id, state, startedAt, finishedAt, wakeAt } = run;
  return {
    ...{ id, to: state, startedAt, finishedAt, wakeAt },
    output: run.finishedAt === null ? null : JSON.stringify(run.output),
    error: textOf(run.error),
    signals: run.signals.length === 0 ? null : JSON.stringify(run.signals),
    spent: JSON.stringify(spentOf(run)),
  };
}

function textOf(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function parse(json: string | null): JsonValue {
  return json === null ? null : (JSON.parse(json) as JsonValue);
}
