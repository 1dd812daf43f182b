import { type JsonValue } from '@baton/contracts';
import { isDeepStrictEqual } from 'node:util';
import { type SenderFigures } from '../load/sender';
import { type AcceptedTask, type AcceptedWorkflow } from '../load/sender-log';
import { type TaskEnd, type WorkflowEnd } from '../stage/truth';

/** Below this share of accepted submissions a run proves nothing. */
const MEANINGFUL_SHARE = 0.8;
const EXAMPLES = 5;
const finalWorkflows: readonly string[] = ['completed', 'partial', 'failed', 'canceled'];
const finals: readonly string[] = ['completed', 'failed', 'canceled', 'rejected'];

/** What the sender knows against what the mesh kept; each line is a fault. Pure. */
export function compare(accepted: readonly AcceptedTask[], kept: readonly TaskEnd[]): string[] {
  const ends = new Map(kept.map((end) => [end.id, end]));
  const found = accepted.flatMap((task) => {
    const end = ends.get(task.id);
    return end ? [{ task, end }] : [];
  });
  const told = ({ task, end }: Pair): string => `${task.id} ${task.capability} ${end.state} ${end.error ?? ''}`;
  return [
    ...sum(
      'accepted and missing',
      accepted.filter(({ id }) => !ends.has(id)).map(({ id }) => id),
    ),
    ...sum('not in a final state', found.filter(({ end }) => !finals.includes(end.state)).map(told)),
    ...sum('ended more than once', found.filter(({ end }) => end.ends > 1).map(told)),
    ...sum('ended otherwise than they must', found.filter(endedBadly).map(told)),
    ...sum('answered with something else', found.filter(answersWrongly).map(told)),
    ...sum('under one key twice', doubles(accepted)),
  ];
}

/** The same of workflows, none of which can fail. Pure. */
export function compareWorkflows(accepted: readonly AcceptedWorkflow[], kept: readonly WorkflowEnd[]): string[] {
  const ends = new Map(kept.map((end) => [end.id, end]));
  return accepted.flatMap(({ id, output }) => {
    const end = ends.get(id);
    if (end === undefined) return [`workflow ${id} was accepted and is missing`];
    if (!finalWorkflows.includes(end.state)) return [`workflow ${id} is still ${end.state}`];
    if (end.state !== 'completed') return [`workflow ${id} ended as ${end.state}, though none of its steps can fail`];
    if (isDeepStrictEqual(JSON.parse(end.output ?? 'null') as JsonValue, output)) return [];
    return [`workflow ${id} gave ${end.output} instead of ${JSON.stringify(output)}`];
  });
}

/** What one receiver was told of workflows, types of events by id, against how they ended. Pure. */
export function compareTold(kept: readonly WorkflowEnd[], told: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const ended = kept.filter(({ state }) => finalWorkflows.includes(state));
  const untold = ended.filter(({ id, state }) => !told.get(id)?.has(`workflow.${state}`));
  return sum(
    'ended, and it was not told how',
    untold.map(({ id, state }) => `${id} ${state}`),
    'workflow',
  );
}

/** Why a run proves nothing; undefined: it does. */
export function meaningless({ offered, accepted, acceptedLater }: SenderFigures): string | undefined {
  const share = offered === 0 ? 0 : (accepted + acceptedLater) / offered;
  if (share >= MEANINGFUL_SHARE) return undefined;
  return `only ${Math.round(share * 100)} % of the submissions were accepted: the run proves nothing`;
}

interface Pair {
  readonly task: AcceptedTask;
  readonly end: TaskEnd;
}

function endedBadly({ task, end }: Pair): boolean {
  return task.expect === 'completed' && finals.includes(end.state) && end.state !== 'completed';
}

function answersWrongly({ task, end }: Pair): boolean {
  if (task.capability !== 'probe.echo' || end.state !== 'completed') return false;
  return !isDeepStrictEqual(JSON.parse(end.output ?? 'null') as JsonValue, { echo: task.input });
}

function doubles(accepted: readonly AcceptedTask[]): string[] {
  const idOf = new Map<string, string>();
  return accepted.flatMap(({ key, id }) => {
    const first = idOf.get(key) ?? id;
    idOf.set(key, first);
    return first === id ? [] : [`${key}: ${first} and ${id}`];
  });
}

function sum(what: string, cases: readonly string[], subject = 'task'): string[] {
  if (cases.length === 0) return [];
  const shown = cases.slice(0, EXAMPLES).join('; ');
  return [`${cases.length} ${subject}(s) ${what}: ${shown}${cases.length > EXAMPLES ? '; …' : ''}`];
}
