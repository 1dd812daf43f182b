import { type JsonObject } from '@baton/contracts';
import { type AuditRow, type FeedEntry, type FeedPosition, type TaskPlace } from '@baton/persistence';

/**
 * One transition as subscribers see it. `type` is `<subject>.<state it went to>`. A step (`workflow.step`) has the id
 * of its workflow; `stepId` is its key in it, `each[3]`. `workflow.step.noted` is a decision of a pattern: `reason` says
 * what, `details` why.
 */
export interface MeshEvent {
  readonly type: string;
  readonly subject: string;
  readonly id: string;
  readonly from: string | null;
  readonly to: string;
  readonly attempt: number;
  readonly agentId: string | null;
  readonly workflowId: string | null;
  readonly stepId: string | null;
  readonly taskId: string | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly at: string;
  readonly details?: JsonObject;
}

/** An event with its place in the feed. */
export interface FeedEvent {
  readonly sequence: number;
  readonly event: MeshEvent;
}

/** Places in one transaction; keeps sequence numbers below 2^53 for nine thousand million transactions. */
const PER_TRANSACTION = 1_000_000;
/** An entry's own place, and one for what it says of a step. */
const PER_ENTRY = 2;

/** The end of a place in the feed as one rising number, the same at every door and after every restart. */
export function toSequence({ txid, ordinal }: FeedPosition): number {
  return txid * PER_TRANSACTION + ordinal * PER_ENTRY;
}

/** Where to read on after a number: an entry of which only the first event was seen is read again. */
export function toPosition(sequence: number): FeedPosition {
  const ordinal = Math.floor((sequence % PER_TRANSACTION) / PER_ENTRY);
  return { txid: Math.floor(sequence / PER_TRANSACTION), ordinal };
}

/**
 * What an entry of the audit tells. The entry of a step's task is an event of the task and one of the step; so nothing
 * is written twice. `placeOf` tells where in a workflow a task belongs.
 */
export function toFeedEvents(
  { position, row }: FeedEntry,
  placeOf: (taskId: string) => TaskPlace | undefined,
): FeedEvent[] {
  const last = toSequence(position);
  const noted = row.subject === 'workflow' && row.from === row.to ? ofNote(row) : undefined;
  if (noted) return [{ sequence: last, event: noted }];
  const place = row.subject === 'task' ? placeOf(row.subjectId) : undefined;
  const event = asEvent(row, place);
  const own = { sequence: last - 1, event };
  return place?.stepKey ? [own, { sequence: last, event: asStep(event, place.workflowId) }] : [own];
}

function asEvent(row: AuditRow, place: TaskPlace | undefined): MeshEvent {
  const { subject, subjectId: id, from, to, attempt, agentId, actor, reason } = row;
  const workflowId = subject === 'workflow' ? id : (place?.workflowId ?? null);
  return {
    type: `${subject}.${to}`,
    ...{ subject, id, from, to, attempt, agentId, workflowId },
    stepId: place?.stepKey ?? null,
    taskId: subject === 'task' ? id : null,
    ...{ actor, reason, at: row.at.toISOString() },
  };
}

/** What a run keeps of its steps in its own audit: those without a task, and what patterns decided. */
function ofNote({ subjectId, attempt, agentId, actor, reason: what, details, at }: AuditRow): MeshEvent | undefined {
  const { step, ...why } = JSON.parse(details ?? '{}') as { step?: string } & JsonObject;
  if (step === undefined) return undefined;
  const state = what?.startsWith('step.') ? what.slice('step.'.length) : undefined;
  const message = typeof why.message === 'string' ? why.message : null;
  return {
    type: `workflow.step.${state ?? 'noted'}`,
    subject: 'workflow.step',
    ...{ id: subjectId, from: null, to: state ?? 'noted', attempt, agentId },
    ...{
      workflowId: subjectId,
      stepId: step,
      taskId: null,
      actor,
      reason: state ? message : what,
      at: at.toISOString(),
    },
    ...(state ? {} : { details: why }),
  };
}

function asStep(event: MeshEvent, workflowId: string): MeshEvent {
  return { ...event, type: `workflow.step.${event.to}`, subject: 'workflow.step', id: workflowId };
}
