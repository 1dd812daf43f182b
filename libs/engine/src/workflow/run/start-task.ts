import { type JsonValue, type Submit, type TaskId } from '@baton/contracts';
import { type TaskBody } from '../document/graph';
import { endUnit, failUnit } from './end-unit';
import { asInput, type Filled } from './evaluate';
import { fillFor } from './fill-for';
import { planOf } from './follow';
import { budgetFlaw, reserve, spawningWithin } from './gate';
import { type Turn } from './turn';
import { type Unit } from './unit';

/** Submits the task of a unit, if the budget allows it and its input can be made; `leader`: to begin after that one. */
export async function startTask(turn: Turn, unit: Unit, body: TaskBody, leader: Unit | undefined): Promise<void> {
  const flaw = budgetFlaw(unit);
  if (flaw) return failUnit(turn, unit, flaw);
  const laid = planOf(unit)?.submit;
  const input = laid?.input === undefined ? await inputOf(turn, unit, body) : asInput(laid.input, unit.key);
  if (!input.ok) return endUnit(turn, unit, 'failed', input.error);
  reserve(turn, unit);
  const spawning = spawningWithin(unit, body.spawning);
  const task = { ...submitOf(body, input.value), ...(spawning && { spawning }), ...laid, input: input.value };
  submit(turn, unit, task, leader);
}

async function inputOf({ run }: Turn, unit: Unit, body: TaskBody): Promise<Filled> {
  const filled = await fillFor(run, unit, { template: body.input, what: 'input' });
  return filled.ok ? asInput(filled.value, unit.key) : filled;
}

function submit(turn: Turn, unit: Unit, task: Submit, leader: Unit | undefined): void {
  const { key, stepsBehind } = unit;
  const taskId = turn.given.newTaskId();
  unit.taskId = taskId;
  unit.startedAt = turn.now;
  unit.error = null;
  turn.move(unit, 'queued');
  const follows = leader && { follows: leader.taskId as TaskId };
  const isAwaited = turn.awaited.has(unit) && { isAwaited: true as const };
  turn.commands.push({ kind: 'submit-task', taskId, key, submit: task, stepsBehind, ...follows, ...isAwaited });
}

/** The task a step asks for. */
export function submitOf({ capability, terms, timeoutSeconds }: TaskBody, input: JsonValue): Submit {
  const { priority, tags, version, resources, fallback } = terms;
  const { maxRetries, ...retry } = terms.retry ?? {};
  return {
    capability,
    input,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(priority !== undefined && { priority }),
    ...(tags !== undefined && { tags }),
    ...(version !== undefined && { version }),
    ...(resources !== undefined && { resources }),
    ...(fallback !== undefined && { fallback }),
    ...(maxRetries !== undefined && { maxRetries }),
    ...(Object.keys(retry).length > 0 && { retry }),
  };
}
