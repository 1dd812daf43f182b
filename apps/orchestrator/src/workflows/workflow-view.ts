import { type StepKind, type StepState, type WorkflowProgress } from '@baton/contracts';
import { isActive, type Unit, type UnitRow } from '@baton/engine';
import { type WorkflowRow, type WorkflowStepRow } from '@baton/persistence';

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

/** As JSON text, put together by hand: a run may have thousands. Units under way show the state of their task. */
export function viewOfUnit(unit: Unit, row: WorkflowStepRow | undefined): string {
  const { startedAt, finishedAt, agent, error } = unit;
  const needs = needsOf(unit);
  return (
    `{"id":${JSON.stringify(unit.key)},"kind":"${kindOf(unit)}","state":"${stateOf(unit, row)}"` +
    `,"taskId":${unit.taskId === null ? 'null' : `"${unit.taskId}"`}` +
    `,"capability":${JSON.stringify(capabilityOf(unit))},"needs":${needs.length === 0 ? '[]' : JSON.stringify(needs)}` +
    `,"attempts":${unit.attempts},"startedAt":${timeText(startedAt)},"finishedAt":${timeText(finishedAt)}` +
    `,"agent":${agent === null ? 'null' : JSON.stringify(agent)},"cost":${unit.cost}` +
    `,"output":${outputText(unit, row)},"error":${error === null ? 'null' : JSON.stringify(error)}}`
  );
}

function timeText(time: Date | null): string {
  return time === null ? 'null' : `"${time.toISOString()}"`;
}

/** What a task gave goes through as it is stored. */
function outputText({ output, taskId }: Unit, row: WorkflowStepRow | undefined): string {
  if (output === null) return 'null';
  return taskId !== null && row?.output ? row.output : JSON.stringify(output);
}

/** The state a unit is shown in. */
export function stateOf(unit: UnitRow, row: WorkflowStepRow | undefined): StepState {
  return isActive(unit) && row?.taskState ? row.taskState : unit.state;
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
