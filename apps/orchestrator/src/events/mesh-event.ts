import { type FeedEntry, type FeedPosition } from '@baton/persistence';

/** One transition as subscribers see it. `type` is `<subject>.<state it went to>`. */
export interface MeshEvent {
  readonly type: string;
  readonly subject: string;
  readonly id: string;
  readonly from: string | null;
  readonly to: string;
  readonly attempt: number;
  readonly agentId: string | null;
  readonly workflowId: string | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly at: string;
}

/** An event with its place in the feed. */
export interface FeedEvent {
  readonly sequence: number;
  readonly event: MeshEvent;
}

/** Entries one transaction may hold; keeps sequence numbers below 2^53 for nine thousand million transactions. */
const PER_TRANSACTION = 1_000_000;

/** A place in the feed as one rising number, the same at every door and after every restart. */
export function toSequence({ txid, ordinal }: FeedPosition): number {
  return txid * PER_TRANSACTION + ordinal;
}

export function toPosition(sequence: number): FeedPosition {
  return { txid: Math.floor(sequence / PER_TRANSACTION), ordinal: sequence % PER_TRANSACTION };
}

/** `workflowOf` tells the workflow a task belongs to. */
export function toFeedEvent(
  { position, row }: FeedEntry,
  workflowOf: (taskId: string) => string | undefined,
): FeedEvent {
  const { subject, subjectId: id, from, to, attempt, agentId, actor, reason } = row;
  const workflowId = (subject === 'workflow' ? id : subject === 'task' ? workflowOf(id) : undefined) ?? null;
  const event = { type: `${subject}.${to}`, subject, id, from, to, attempt, agentId, workflowId, actor, reason };
  return { sequence: toSequence(position), event: { ...event, at: row.at.toISOString() } };
}
