import { type JsonValue } from '@baton/contracts';
import { type WaitBody } from '../document/graph';
import { type Template } from '../expressions/template';
import { endUnit } from './end-unit';
import { type Filled, refused } from './evaluate';
import { fillFor } from './fill-for';
import { Line } from './line';
import { timeOutOf } from './time-limit';
import { type Turn } from './turn';
import { type Signal, type Unit } from './unit';
import { type WorkflowRun } from './workflow-run';

/** Signals a run keeps until a step waits for them. */
export const signalLimit = 100;

/** Waits; or ends at once, when what it waits for has come before. */
export async function startWait(turn: Turn, unit: Unit, body: WaitBody): Promise<void> {
  if (body.signal !== undefined) return awaitSignal(turn, unit, body.signal);
  const due = await dueOf(turn, unit, body);
  if (!due.ok) return endUnit(turn, unit, 'failed', due.error);
  unit.startedAt = turn.now;
  const at = due.value as number;
  if (at <= turn.now.getTime()) return endUnit(turn, unit, 'completed');
  turn.remember(unit, { due: new Date(at).toISOString() });
  turn.wake(unit, at);
  turn.move(unit, 'waiting');
}

function awaitSignal(turn: Turn, unit: Unit, name: string): void {
  const { run } = turn;
  unit.startedAt = turn.now;
  const place = run.signals.findIndex((signal) => signal.name === name);
  const [sent] = place < 0 ? [] : run.signals.splice(place, 1);
  if (sent) return take(turn, unit, sent.payload);
  turn.remember(unit, { order: run.waitsBegun });
  listWait(run, unit, name);
  turn.move(unit, 'waiting');
  unit.timesOutAt = timeOutOf(unit);
  if (unit.timesOutAt !== null) run.timers.add(unit, unit.timesOutAt);
}

/** Enters a unit that waits in the run's lines; in the order of their memos. */
export function listWait(run: WorkflowRun, unit: Unit, name: string): void {
  const order = unit.memo?.order as number;
  const line = run.waits.get(name) ?? new Line<Unit>();
  line.push(unit);
  run.waits.set(name, line);
  run.waitsBegun = Math.max(run.waitsBegun, order + 1);
}

/**
 * Gives a signal to the unit that has waited for it longest, or keeps it. When too many are kept the oldest of that name
 * goes, or the oldest of all.
 */
export function applySignal(turn: Turn, signal: Signal): void {
  const { run } = turn;
  turn.touchesRun = true;
  const unit = firstWaiting(run, signal.name);
  if (unit) return take(turn, unit, signal.payload);
  const { name, payload } = signal;
  run.signals.push({ name, payload });
  if (run.signals.length <= signalLimit) return;
  const oldest = run.signals.findIndex((kept, index) => kept.name === name && index < signalLimit);
  run.signals.splice(Math.max(0, oldest), 1);
}

function firstWaiting(run: WorkflowRun, name: string): Unit | undefined {
  const line = run.waits.get(name);
  for (let unit = line?.shift(); unit; unit = line?.shift()) if (unit.state === 'waiting') return unit;
  run.waits.delete(name);
  return undefined;
}

function take(turn: Turn, unit: Unit, payload: JsonValue): void {
  turn.touchesRun = true;
  unit.output = payload;
  endUnit(turn, unit, 'completed');
}

/** When a wait for a time is over, in milliseconds since 1970. */
async function dueOf({ run, now }: Turn, unit: Unit, { seconds, until }: WaitBody): Promise<Filled> {
  const [what, template] = seconds ? ['seconds', seconds] : ['until', until as Template];
  const filled = await fillFor(run, unit, { template, what });
  if (!filled.ok) return filled;
  const at = what === 'seconds' ? afterSeconds(filled.value, now) : timeOf(filled.value);
  if (!Number.isNaN(new Date(at).getTime())) return { ok: true, value: at };
  const meant = what === 'seconds' ? 'a number of seconds' : 'a time with its zone (ISO 8601)';
  return refused(
    `The ${what} of step ${unit.key} must give ${meant}, not ${JSON.stringify(filled.value).slice(0, 100)}.`,
  );
}

function afterSeconds(value: JsonValue, now: Date): number {
  return typeof value === 'number' && value >= 0 ? now.getTime() + value * 1000 : NaN;
}

const WITH_ZONE = /T.*(?:Z|[+-]\d\d:?\d\d)$/i;

function timeOf(value: JsonValue): number {
  return typeof value === 'string' && WITH_ZONE.test(value) ? Date.parse(value) : NaN;
}
