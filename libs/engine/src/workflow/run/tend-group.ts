import { type JsonObject } from '@baton/contracts';
import { type ExpressionScope } from '../expressions/scope';
import { type Template } from '../expressions/template';
import { type Bid, type Evaluation, type PatternGiven } from '../patterns/pattern';
import { failUnit } from './end-unit';
import { fill } from './evaluate';
import { fillInside, runOf } from './fill-for';
import { makeMove, sendCall } from './make-move';
import { type Turn } from './turn';
import { type Group, type Unit } from './unit';
import { isEnded, isOptional } from './unit-state';
import { type WorkflowRun } from './workflow-run';

/** Bids for a call; `closed`: no more will come. */
export interface BidsEvent {
  readonly kind: 'bids';
  readonly key: string;
  readonly callId: string;
  readonly bids: readonly Bid[];
  readonly closed: boolean;
}

/** Opens a pattern, tells it what has happened since, and does what it wants. */
export async function tendGroup(turn: Turn, group: Group): Promise<void> {
  const { owner } = group;
  if (owner.state !== 'running') return;
  if (!group.run) await openGroup(turn, group);
  if (!(await tellEnds(turn, group))) return turn.announce(group);
  if (isEnded(owner)) return;
  if (owner.wakesAt !== null && owner.wakesAt <= turn.now.getTime()) {
    turn.wake(owner, null);
    makeMove(turn, group, (await runOf(group).woken?.(turn.now)) ?? {});
  }
  if (!isEnded(owner)) await sendCall(turn, group);
}

/** False: there was no time for all. */
async function tellEnds(turn: Turn, group: Group): Promise<boolean> {
  while (group.ended.length > 0 && !isEnded(group.owner)) {
    if (!turn.mayGoOn) return false;
    const child = group.ended.shift() as Unit;
    makeMove(turn, group, await runOf(group).ended(child, turn.now));
  }
  return true;
}

/** Over the children there are: it sees in them what has ended so far. */
async function openGroup(turn: Turn, group: Group): Promise<void> {
  const { run } = turn;
  const { pattern, params: template } = group.body;
  const params = await fillInside(run, group, { template, what: pattern.params.join(', ') });
  if (!params.ok) return failUnit(turn, group.owner, params.error);
  group.ended.clear();
  const opened = pattern.open(givenTo(run, group, params.value as JsonObject));
  if (!opened.ok) return failUnit(turn, group.owner, opened.error);
  group.run = opened.run;
  makeMove(turn, group, await opened.run.begin(turn.now));
}

function givenTo(run: WorkflowRun, group: Group, params: JsonObject): PatternGiven {
  const { owner, body, units } = group;
  return {
    key: `${run.id}/${owner.key}`,
    params,
    step: body.document,
    failFast: group.failFast && !isOptional(owner),
    children: units,
    memo: owner.memo?.pattern ?? null,
    evaluate: (path, variables) => evaluate(run, group, path, variables),
  };
}

/** Of the step nothing is in scope: only what the pattern gives. */
function evaluate(run: WorkflowRun, { body, owner }: Group, path: string, variables: JsonObject): Promise<Evaluation> {
  const template = body.expressions.get(path) as Template;
  const scope = variables as unknown as ExpressionScope;
  return fill(template, scope, run.startedAt as Date, `${path} of step ${owner.key}`);
}

/** Bids for another call than the last are nobody's. */
export async function applyBids(turn: Turn, { key, callId, bids, closed }: BidsEvent): Promise<void> {
  const group = turn.run.byKey.get(key)?.inner;
  if (group?.kind !== 'group') return;
  await tendAround(turn, group);
  if (group.call?.callId !== callId) return;
  makeMove(turn, group, (await runOf(group).bids?.(bids, closed, turn.now)) ?? {});
  turn.announce(group);
}

/** After a restart: what is inside a child of a pattern is seen by way of that pattern. */
export async function tendAround(turn: Turn, innermost: Group): Promise<void> {
  const around = [innermost];
  for (let { holder } = innermost.owner; holder.owner; { holder } = holder.owner)
    if (holder.kind === 'group') around.unshift(holder);
  for (const group of around) await tendGroup(turn, group);
}
