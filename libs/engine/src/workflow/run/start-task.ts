import { type JsonValue, type Submit } from '@baton/contracts';
import { type TaskBody } from '../document/graph';
import { type ChildPlan } from '../patterns/pattern';
import { endUnit, failUnit } from './end-unit';
import { asInput, type Filled } from './evaluate';
import { fillFor, runOf } from './fill-for';
import { budgetFlaw, reserve, spawningWithin } from './gate';
import { type Turn } from './turn';
import { type Unit } from './unit';

/** Submits the task of a unit, if the budget allows it and its input can be made. */
export async function startTask(turn: Turn, unit: Unit, body: TaskBody): Promise<void> {
  const flaw = budgetFlaw(unit);
  if (flaw) return failUnit(turn, unit, flaw);
  const laid = planOf(unit)?.submit;
  const input = laid?.input === undefined ? await inputOf(turn, unit, body) : asInput(laid.input, unit.key);
  if (!input.ok) return endUnit(turn, unit, 'failed', input.error);
  reserve(turn, unit);
  const spawning = spawningWithin(unit, body.spawning);
  submit(turn, unit, { ...submitOf(body, input.value), ...(spawning && { spawning }), ...laid, input: input.value });
}

function planOf({ holder, index }: Unit): ChildPlan | undefined {
  return holder.kind === 'group' ? runOf(holder).plan(index) : undefined;
}

async function inputOf({ run }: Turn, unit: Unit, body: TaskBody): Promise<Filled> {
  const filled = await fillFor(run, unit, { template: body.input, what: 'input' });
  return filled.ok ? asInput(filled.value, unit.key) : filled;
}

function submit(turn: Turn, unit: Unit, task: Submit): void {
  const { key, stepsBehind } = unit;
  const taskId = turn.given.newTaskId();
  unit.taskId = taskId;
  unit.startedAt = turn.now;
  unit.error = null;
  turn.move(unit, 'queued');
  turn.commands.push({ kind: 'submit-task', taskId, key, submit: task, stepsBehind });
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
