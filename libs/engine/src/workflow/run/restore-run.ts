import { type Body, type WorkflowGraph } from '../document/graph';
import { countAgain } from './gate';
import { derivedOutput } from './outputs';
import { recount } from './retry-run';
import { takeUpWork } from './take-up';
import { newChild, newInner } from './tree';
import { type Group, type Holder, type Unit, type UnitRow } from './unit';
import { isActive, isCounted, isEnded } from './unit-state';
import { createRun, type RunHead, unitsOf, type WorkflowRun } from './workflow-run';

type Rows = Map<string, UnitRow>;

/**
 * The run as it was when its rows were saved, whatever their order. Rows of steps that have not changed since the start
 * may be missing. Outputs that follow from others are made again; patterns are opened by the next `advance`.
 */
export function restoreRun(graph: WorkflowGraph, head: RunHead, rows: Iterable<UnitRow>): WorkflowRun {
  const { state, input, output, error, startedAt, finishedAt, spent } = head;
  const run = createRun(head.id, graph);
  const signals = [...head.signals];
  Object.assign(run, { state, input, output, error, startedAt, finishedAt, signals });
  run.clockFrom = spent?.since ? new Date(spent.since) : startedAt;
  if (spent) Object.assign(run.root.gate.spent, { tasks: spent.tasks, cost: spent.cost });
  const byKey: Rows = new Map();
  for (const row of rows) byKey.set(row.key, row);
  fillHolder(run.root, byKey);
  for (const key of byKey.keys()) throw new Error(`Step ${key} of workflow ${head.id} is not in its definition`);
  tally(run);
  if (run.finishedAt === null) takeUpWork(run);
  return run;
}

/** Gives the units of a holder their rows, and makes what is inside them. */
function fillHolder(holder: Holder, rows: Rows): void {
  if (holder.kind === 'group') addChildren(holder, rows);
  for (const unit of holder.units) {
    const row = rows.get(unit.key);
    if (row) fillUnit(unit, row, rows);
  }
  holder.unended = holder.units.filter((unit) => !isEnded(unit)).length;
  if (holder.kind === 'frame') recount(holder);
}

function addChildren(group: Group, rows: Rows): void {
  while (rows.has(`${group.owner.key}[${group.units.length}]`)) group.units.push(newChild(group));
}

function fillUnit(unit: Unit, row: UnitRow, rows: Rows): void {
  takeRow(unit, row);
  rows.delete(unit.key);
  const part = unit.memo?.part;
  if (part !== undefined) unit.body = (unit.holder as Group).body.parts[part] as Body;
  unit.inner = unit.startedAt === null ? undefined : newInner(unit);
  if (!unit.inner) return;
  if (unit.memo?.spent) Object.assign(unit.inner.gate.spent, unit.memo.spent);
  fillHolder(unit.inner, rows);
  if (isEnded(unit)) unit.output = derivedOutput(unit) ?? unit.output;
  else if (unit.state === 'running') unit.holder.underWay.add(unit);
}

function takeRow(unit: Unit, row: UnitRow): void {
  unit.state = row.state;
  unit.taskId = row.taskId;
  unit.attempts = row.attempts;
  unit.output = row.output;
  unit.error = row.error;
  unit.startedAt = row.startedAt;
  unit.finishedAt = row.finishedAt;
  unit.agent = row.agent;
  unit.cost = row.cost;
  unit.memo = row.memo;
}

/** Makes what is counted of the units again. */
function tally(run: WorkflowRun): void {
  delete run.counts.pending;
  for (const unit of unitsOf(run)) {
    run.byKey.set(unit.key, unit);
    if (isCounted(unit)) run.counts[unit.state] = (run.counts[unit.state] ?? 0) + 1;
    if (isActive(unit)) countAgain(unit);
  }
}
