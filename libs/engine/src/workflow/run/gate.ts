import { type Budget, spawnLimits, type Submit, type TaskError } from '@baton/contracts';
import { type TaskBody } from '../document/graph';
import { type Turn } from './turn';
import { type Gate, type Unit } from './unit';

type Spawning = Submit['spawning'];

/** The workflow a unit is in, and those around it. */
function* gatesAround(unit: Unit): Generator<Gate, void, undefined> {
  for (let gate: Gate | undefined = unit.holder.gate; gate; gate = gate.outer) yield gate;
}

/** The workflow that has as many tasks under way as it may, if there is one. */
export function fullGate(unit: Unit): Gate | undefined {
  for (const gate of gatesAround(unit)) if (!hasRoom(gate)) return gate;
  return undefined;
}

/** Keeps the unit until a task of the workflow has ended. */
export function hold(turn: Turn, unit: Unit, gate: Gate): void {
  gate.held.push(unit);
  turn.run.holding.add(gate);
}

/** A unit that was held and has room now. */
export function takeHeld({ run }: Turn): Unit | undefined {
  for (const gate of run.holding) {
    if (gate.held.length === 0) run.holding.delete(gate);
    else if (hasRoom(gate)) return gate.held.shift();
  }
  return undefined;
}

function hasRoom({ active, concurrency }: Gate): boolean {
  return active < concurrency;
}

/** Why the budget does not allow one more task; undefined: it does. */
export function budgetFlaw(unit: Unit): TaskError | undefined {
  const cost = declaredCost(unit);
  for (const { budget, spent, owner } of gatesAround(unit)) {
    const whose = owner ? `the workflow of step ${owner.key}` : 'the run';
    if (spent.tasks >= (budget.tasks ?? Infinity)) {
      return exhausted(`The budget of ${whose} is spent: it allows ${budget.tasks} tasks.`);
    }
    if (!isAffordable(budget, spent.cost + spent.reserved, cost)) {
      const used = `${spent.cost} are used and ${spent.reserved} reserved`;
      return exhausted(`The budget of ${whose} is spent: it allows a cost of ${budget.cost}; ${used}.`);
    }
  }
  return undefined;
}

/** A step that does not say its cost is let through while anything is left. */
function isAffordable({ cost: most = Infinity }: Budget, used: number, cost: number | undefined): boolean {
  return cost === undefined ? used < most : used + cost <= most;
}

function declaredCost({ body }: Unit): number | undefined {
  return (body as TaskBody).terms.cost;
}

export function exhausted(message: string): TaskError {
  return { code: 'BUDGET_EXHAUSTED', message: `${message} Start a new run with a larger one.`, retryable: false };
}

/** Counts a task that goes out. */
export function reserve(turn: Turn, unit: Unit): void {
  for (const gate of gatesAround(unit)) {
    gate.active += 1;
    gate.spent.tasks += 1;
    gate.spent.reserved += declaredCost(unit) ?? 0;
    keepSpent(turn, gate);
  }
}

/** Undoes `reserve`: the task has not begun, and has taken nothing. */
export function unreserve(turn: Turn, unit: Unit): void {
  for (const gate of gatesAround(unit)) {
    gate.active -= 1;
    gate.spent.tasks -= 1;
    gate.spent.reserved -= declaredCost(unit) ?? 0;
    keepSpent(turn, gate);
  }
}

/** Counts a task that was under way when the run was kept; what it has spent is kept with the run. */
export function countAgain(unit: Unit): void {
  for (const gate of gatesAround(unit)) {
    gate.active += 1;
    gate.spent.reserved += declaredCost(unit) ?? 0;
  }
}

/** Counts a task that has ended, or was canceled: then it took what it had reserved. */
export function release(
  turn: Turn,
  unit: Unit,
  used?: { readonly cost: number | null; readonly spawned: number },
): void {
  const reserved = declaredCost(unit) ?? 0;
  for (const gate of gatesAround(unit)) {
    gate.active -= 1;
    gate.spent.tasks += used?.spawned ?? 0;
    gate.spent.reserved -= reserved;
    gate.spent.cost += used?.cost ?? reserved;
    keepSpent(turn, gate);
  }
}

function keepSpent(turn: Turn, { owner, budget, spent }: Gate): void {
  turn.touchesRun = true;
  if (!owner || (budget.tasks === undefined && budget.cost === undefined)) return;
  turn.remember(owner, { spent: { tasks: spent.tasks, cost: spent.cost } });
}

/** What a task may spawn: no more than the budgets around it have left. Asked after it was counted itself. */
export function spawningWithin(unit: Unit, asked: Spawning): Spawning {
  let spawning = asked;
  for (const { budget, spent } of gatesAround(unit)) {
    if (budget.depth !== undefined) {
      spawning = { ...spawning, depth: Math.min(spawning?.depth ?? spawnLimits.depth, budget.depth) };
    }
    if (budget.tasks !== undefined) {
      const left = Math.max(0, budget.tasks - spent.tasks);
      spawning = { ...spawning, tasks: Math.min(spawning?.tasks ?? spawnLimits.tasks, left) };
    }
  }
  return spawning;
}
