import { type JsonValue, type Submit } from '@baton/contracts';
import { type Body, type TaskBody } from '../document/graph';
import { type CallForBids, type PatternEnd, type PatternMove } from '../patterns/pattern';
import { endUnit, failUnit } from './end-unit';
import { asInput } from './evaluate';
import { submitOf } from './start-task';
import { derivedOutput } from './outputs';
import { fillInside, runOf } from './fill-for';
import { stopUnit, stopUnits } from './stop';
import { canFollow, leaderOf } from './follow';
import { takeBack } from './take-back';
import { newChild } from './tree';
import { type Turn } from './turn';
import { type Group, type Unit } from './unit';
import { isEnded, RUN_STOPPED, STEP_NOT_NEEDED } from './unit-state';

/** Does what a pattern wants. Safe to do twice. */
export function makeMove(turn: Turn, group: Group, move: PatternMove): void {
  moveChildren(turn, group, move);
  keep(turn, group, move);
  const { key } = group.owner;
  if (move.tell) turn.commands.push({ kind: 'tell', key, ...move.tell });
  for (const note of move.notes ?? []) turn.notes.push({ key, ...note });
  if (move.end) endGroup(turn, group, move.end);
}

function moveChildren(turn: Turn, group: Group, move: PatternMove): void {
  const { grow: size, takeBack: back, start: indexes, stop } = move;
  if (size !== undefined) grow(turn, group, size);
  for (const index of back ?? []) takeBack(turn, group.units[index]);
  for (const index of indexes ?? []) start(turn, group, group.units[index]);
  if (stop) stopChildren(turn, group, stop);
}

function keep(turn: Turn, group: Group, { wakeAt, memo, call }: PatternMove): void {
  if (wakeAt !== undefined) turn.wake(group.owner, wakeAt?.getTime() ?? null);
  if (memo !== undefined) turn.remember(group.owner, { pattern: memo });
  if (call) group.call = { ...call, isOut: false };
}

function grow(turn: Turn, group: Group, size: number): void {
  const added: Unit[] = [];
  while (group.units.length < size) {
    const child = newChild(group);
    group.units.push(child);
    added.push(child);
    turn.changed.add(child);
  }
  group.unended += added.length;
  turn.adopt(group, added);
}

function start(turn: Turn, group: Group, child: Unit | undefined): void {
  if (child?.state !== 'pending') return;
  const { part } = runOf(group).plan(child.index);
  const body = group.body.parts[part] as Body;
  if (body !== child.body) turn.remember(child, { part });
  child.body = body;
  const leader = leaderOf(child);
  // Judged again when it starts; but most are told here already, at no cost.
  if (leader && !canFollow(turn, child, leader)) return runOf(group).takenBack?.(child);
  turn.makeReady(child);
}

/** The pattern is told of their ends as of any other. */
function stopChildren(turn: Turn, group: Group, { indexes, reason }: NonNullable<PatternMove['stop']>): void {
  for (const index of indexes) {
    const child = group.units[index];
    if (!child || isEnded(child)) continue;
    stopUnit(turn, child, { code: STEP_NOT_NEEDED, reason });
    group.unended -= 1;
    group.underWay.delete(child);
    group.ended.push(child);
  }
  turn.announce(group);
}

function endGroup(turn: Turn, group: Group, end: PatternEnd): void {
  const { owner } = group;
  const isDone = end.state === 'completed';
  const reason = isDone ? `${owner.key} has ended.` : end.error.message;
  stopUnits(turn, group, { code: isDone ? STEP_NOT_NEEDED : RUN_STOPPED, reason });
  const output: JsonValue = end.output ?? null;
  owner.output = derivedOutput(owner) ?? output;
  if (isDone) endUnit(turn, owner, 'completed');
  else endUnit(turn, owner, 'failed', end.error);
}

/** Asks for the bids a pattern wants; in a paused run when it is resumed. */
export async function sendCall(turn: Turn, group: Group): Promise<void> {
  const { owner, call } = group;
  if (!call || call.isOut || turn.run.state !== 'running') return;
  const submit = await submitOfCall(turn, group, call);
  if (!submit) return;
  call.isOut = true;
  const { callId, windowMs } = call;
  turn.commands.push({ kind: 'call-for-bids', key: owner.key, callId, submit, windowMs });
}

async function submitOfCall(turn: Turn, group: Group, { part, variables }: CallForBids): Promise<Submit | undefined> {
  const { owner, body } = group;
  const task = body.parts[part] as TaskBody;
  const filled = await fillInside(turn.run, group, { template: task.input, what: 'input', variables });
  const input = filled.ok ? asInput(filled.value, owner.key) : filled;
  if (input.ok) return submitOf(task, input.value);
  failUnit(turn, owner, input.error);
  return undefined;
}
