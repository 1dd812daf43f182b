import {
  type StepKind,
  type StepState,
  type TaskState,
  type WorkflowProgress,
  type WorkflowStep,
} from '@baton/contracts';
import { isActive, type Unit, type UnitRow } from '@baton/engine';
import { type WorkflowRow } from '@baton/persistence';

/**
 * A run as the API shows it, as JSON text: what is stored as text goes through as it is. `steps`: texts of its units;
 * undefined: they are not shown.
 */
export function viewOfRun(head: WorkflowRow, progress: WorkflowProgress, steps: readonly string[] | undefined): string {
  const { id, name, state, definition, input, output, error } = head;
  const shown = steps === undefined ? '' : `,"steps":[${steps.join(',')}]`;
  const times = { createdAt: head.createdAt, startedAt: head.startedAt, finishedAt: head.finishedAt };
  return (
    `{"id":"${id}","name":${JSON.stringify(name)},"state":"${state}","definition":${definition},"input":${input}` +
    `,"output":${output ?? 'null'},"progress":${JSON.stringify(progress)}${shown}` +
    `,${JSON.stringify(times).slice(1, -1)},"error":${error ?? 'null'}}`
  );
}

/** `taskState`: units under way show the state of their task. */
export function viewOfUnit(unit: Unit, taskState: TaskState | null): string {
  const step: { readonly [Field in keyof WorkflowStep]: unknown } = {
    id: unit.key,
    kind: kindOf(unit),
    state: stateOf(unit, taskState),
    taskId: unit.taskId,
    capability: capabilityOf(unit),
    needs: needsOf(unit),
    attempts: unit.attempts,
    startedAt: unit.startedAt,
    finishedAt: unit.finishedAt,
    agent: unit.agent,
    cost: unit.cost,
    output: unit.output,
    error: unit.error,
  };
  return JSON.stringify(step);
}

/** The state a unit is shown in. */
export function stateOf(unit: UnitRow, taskState: TaskState | null): StepState {
  return isActive(unit) && taskState !== null ? taskState : unit.state;
}

function kindOf({ body, node }: Unit): StepKind {
  switch (body.kind) {
    case 'task':
      return node && 'pattern' in node.step && node.step.pattern === 'hierarchical' ? 'hierarchical' : 'task';
    case 'wait':
    case 'workflow':
      return body.kind;
    case 'steps':
      return body.pattern;
    case 'pattern':
      return body.pattern.name;
  }
}

function capabilityOf({ body, node }: Unit): string | null {
  if (body.kind === 'task') return body.capability;
  const { capability } = (node?.step ?? {}) as { capability?: string };
  return capability ?? null;
}

function needsOf({ node, holder }: Unit): string[] {
  return (node?.needs ?? []).flatMap((need) => holder.units[need]?.key ?? []);
}
