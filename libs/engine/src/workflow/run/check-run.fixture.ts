import { type JsonValue, type StepState, type TaskId } from '@baton/contracts';
import { type SimulatedMesh } from './simulated-mesh.fixture';
import { type Frame, type Group, type Holder, type Unit } from './unit';
import { hasPassed, isActive, isCounted, isEnded, mustRunAgain } from './unit-state';
import { unitsIn, unitsOf, type WorkflowRun } from './workflow-run';

/** What must hold between any two events. */
export function checkRun(run: WorkflowRun): void {
  checkHolder(run.root);
  const units = [...unitsOf(run)];
  expect(units.filter((unit) => run.byKey.get(unit.key) !== unit).map(({ key }) => key)).toEqual([]);
  expect(run.byKey.size).toBe(units.length);
  const counts: Record<string, number> = {};
  for (const unit of units) if (isCounted(unit)) counts[unit.state] = (counts[unit.state] ?? 0) + 1;
  const kept = Object.entries(run.counts).filter(([, count]) => count !== 0);
  expect(Object.fromEntries(kept)).toEqual(counts);
  checkBudget(run);
  if (run.finishedAt) expect(units.filter((unit) => !isEnded(unit)).map(({ key }) => key)).toEqual([]);
}

function checkBudget({ graph, root }: WorkflowRun): void {
  const { spent } = root.gate;
  expect(spent.tasks).toBeLessThanOrEqual(graph.budget.tasks ?? Infinity);
}

function checkHolder(holder: Holder): void {
  expect(holder.unended).toBe(holder.units.filter((unit) => !isEnded(unit)).length);
  const underWay = holder.units.filter((unit) => unit.state === 'running');
  expect(underWay.map(({ key }) => key).sort()).toEqual([...holder.underWay].map(({ key }) => key).sort());
  const active = [...unitsIn(holder)].filter(isActive);
  if (holder.gate.owner === holder.owner) {
    expect(holder.gate.active).toBe(active.length);
    expect(active.length).toBeLessThanOrEqual(holder.gate.concurrency);
  }
  if (holder.kind === 'frame') checkFrame(holder);
  else checkGroup(holder);
  for (const { inner } of holder.units) if (inner) checkHolder(inner);
}

function checkFrame({ units, completed }: Frame): void {
  expect(completed).toBe(units.filter(({ state }) => state === 'completed').length);
  for (const { startedAt, node } of units) {
    if (startedAt) expect(node?.needs.every((need) => hasPassed(units[need] as Unit))).toBe(true);
  }
}

function checkGroup({ owner, body, units }: Group): void {
  if (body.pattern.name !== 'forEach' || isEnded(owner)) return;
  const underWay = units.filter((unit) => unit.state !== 'pending' && !isEnded(unit));
  expect(underWay.length).toBeLessThanOrEqual(body.document.concurrency ?? Infinity);
}

interface Receipt {
  readonly state: StepState;
  readonly taskId: TaskId | null;
  readonly output: JsonValue;
}

/** W2 What a retry would not take up stays as it is; a task that has completed is not submitted again. */
export class Receipts {
  private readonly taken = new Map<string, Receipt>();

  constructor(private readonly mesh: SimulatedMesh) {}

  check(): void {
    const { mesh, taken } = this;
    for (const { key } of mesh.submissions) expect([key, taken.has(key)]).toEqual([key, false]);
    mesh.submissions = [];
    for (const [key, receipt] of taken)
      expect([key, receiptOf(mesh.run.byKey.get(key) as Unit)]).toEqual([key, receipt]);
    for (const unit of unitsOf(mesh.run)) {
      const { key, state, taskId, output, body } = unit;
      if (body.kind === 'task' && state === 'completed') expect([key, output]).toEqual([key, taskId]);
      if (isEnded(unit) && !mustRunAgain(unit)) taken.set(key, receiptOf(unit));
    }
  }

  /** A rerun may reset any. */
  forget(): void {
    this.taken.clear();
  }
}

function receiptOf({ state, taskId, output }: Unit): Receipt {
  return { state, taskId, output };
}
