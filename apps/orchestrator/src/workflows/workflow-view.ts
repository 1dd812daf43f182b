import { type StepState, type TaskState, type Workflow, type WorkflowStep } from '@baton/contracts';
import { type DurationHistory, isActive, type NodeRun, progress, type StepRun, type WorkflowRun } from '@baton/engine';
import { type WorkflowRow, type WorkflowStepRow } from '@baton/persistence';

/** A run as the API shows it. Steps under way show the state of their task. */
export function viewOfWorkflow(
  head: WorkflowRow,
  run: WorkflowRun,
  rows: readonly WorkflowStepRow[],
  history: DurationHistory,
): Workflow {
  const taskStates = new Map(rows.map((row) => [row.key, row.taskState]));
  return {
    id: head.id,
    name: head.name,
    state: head.state,
    definition: run.graph.document,
    input: run.input,
    output: run.output,
    progress: progress(run, new Date(), history),
    steps: run.nodes.flatMap((nodeRun) => stepsOf(run, nodeRun, taskStates)),
    createdAt: head.createdAt.toISOString(),
    startedAt: isoOf(head.startedAt),
    finishedAt: isoOf(head.finishedAt),
    error: run.error,
  };
}

function stepsOf(
  run: WorkflowRun,
  { node, own, elements = [] }: NodeRun,
  taskStates: ReadonlyMap<string, TaskState | null>,
): WorkflowStep[] {
  const needs = node.needs.map((index) => (run.nodes[index] as NodeRun).node.id);
  return [own, ...elements].map((step) => ({
    id: step.key,
    state: stateOf(step, taskStates.get(step.key) ?? null),
    taskId: step.taskId,
    capability: node.step.capability,
    needs,
    attempts: step.attempts,
    startedAt: isoOf(step.startedAt),
    finishedAt: isoOf(step.finishedAt),
    output: step.output,
    error: step.error,
  }));
}

function stateOf(step: StepRun, taskState: TaskState | null): StepState {
  return isActive(step) && taskState !== null ? taskState : step.state;
}

function isoOf(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
