import { randomUUID } from 'node:crypto';
import { type AgentId, type AttemptToken } from '@baton/contracts';
import { type Assignment, type ReadyTask } from '@baton/engine';
import { type FirstAttempt, type HeldAttempt, type NewTask } from '@baton/persistence';
import { type Sending } from './courier';
import { type Desk } from './desk';
import { type Following, type PlaceBehind, placeBehind } from './following';
import { readyFromRow } from './ready-task';

/** Tasks about to be stored, some with their first attempts: the slots are taken until one of the two verbs is called. */
export interface TasksWithAttempts {
  readonly epoch: number;
  /** One for each of the tasks, in order; null: it waits like any other. */
  readonly attempts: readonly (FirstAttempt | null)[];
  /** Committed, all that `has` says: their attempts go out. Returns the tasks that wait. */
  committed(has: (id: string) => boolean): readonly NewTask[];
  /** Nothing of it was stored. */
  dropped(): void;
  /** Nobody can tell what was stored: the memory of this term is in doubt. */
  doubted(error: unknown): void;
}

export interface FirstAttemptEvents {
  /** Nothing like these waits anywhere. */
  isClear(capability: string): boolean;
  sendable(sendings: readonly Sending[]): void;
  failed(error: unknown): void;
}

/**
 * Gives new tasks to agents before they are stored, where a slot is free and nobody waits: their life begins with one
 * commit instead of two. Undefined: no task of these can go at once.
 */
export function giveFirstAttempts(
  desk: Desk,
  { tasks, following }: NewTasks,
  events: FirstAttemptEvents,
): TasksWithAttempts | undefined {
  const firsts = placesFor(desk, { tasks, following }, events);
  if (firsts.every((first) => first === null)) return undefined;
  const release = ({ agentId, ready }: First): void => desk.scheduler.release(agentId, ready);
  return {
    epoch: desk.epoch,
    attempts: firsts.map((first) => first && toAttempt(first)),
    committed: (has) => {
      const given = firsts.filter((first) => first !== null);
      const stored = given.filter(({ task }) => has(task.id));
      if (stored.length < given.length) given.filter(({ task }) => !has(task.id)).forEach(release);
      events.sendable(stored.map((first) => hold(desk, first)));
      return tasks.filter((task, index) => firsts[index] === null && has(task.id));
    },
    dropped: () => {
      for (const first of firsts) if (first) release(first);
    },
    doubted: (error) => events.failed(error),
  };
}

/** Tasks about to be stored. */
export interface NewTasks {
  readonly tasks: readonly NewTask[];
  readonly following: Following;
}

interface First {
  readonly task: NewTask;
  readonly ready: ReadyTask;
  readonly agentId: string;
  /** Why this agent, as JSON text; null: there was no choice. */
  readonly why: string | null;
  readonly behind: PlaceBehind | undefined;
  readonly token: AttemptToken;
}

/** One for each of the tasks; null: it waits. The slots are taken. */
function placesFor(desk: Desk, { tasks, following }: NewTasks, events: FirstAttemptEvents): (First | null)[] {
  const now = desk.database.now().getTime();
  const clear = new Map<string, boolean>();
  const isFree = (capability: string): boolean => {
    const known = clear.get(capability) ?? events.isClear(capability);
    clear.set(capability, known);
    return known;
  };
  return tasks.map((task) => {
    const behind = placeBehind(desk, task, following);
    if (behind) return firstBehind(desk, task, behind);
    if (task.runAt || !isFree(task.capability)) return null;
    const assignment = desk.scheduler.placeNow(readyFromRow(task), now);
    // The first that has to wait is passed by nobody.
    if (!assignment) clear.set(task.capability, false);
    return assignment ? firstOf(task, assignment) : null;
  });
}

/** Whatever has changed since it was asked for: its agent may hand it back, but it must never wait in the queue. */
function firstBehind({ scheduler }: Desk, task: NewTask, behind: PlaceBehind): First {
  const ready = readyFromRow(task);
  const { agentId, taskId } = behind;
  scheduler.take(agentId, ready);
  return { task, ready, agentId, why: JSON.stringify({ follows: taskId }), behind, token: newToken() };
}

function firstOf(task: NewTask, { task: ready, agentId, choice }: Assignment): First {
  const why = choice.candidates.length > 1 ? JSON.stringify({ why: choice }) : null;
  return { task, ready, agentId, why, behind: undefined, token: newToken() };
}

function newToken(): AttemptToken {
  return randomUUID() as AttemptToken;
}

function toAttempt({ agentId, token, why, behind }: First): FirstAttempt {
  return { agentId, token, why, follows: behind?.taskId ?? null, leadMs: behind?.leadMs ?? 0 };
}

function hold(desk: Desk, { task, ready, agentId, behind, token }: First): Sending {
  const row: HeldAttempt = {
    id: task.id,
    capability: task.capability,
    state: 'assigned',
    rank: String(task.rank),
    attempt: 1,
    token,
    agentId: agentId as AgentId,
    failures: 0,
    losses: 0,
    maxRetries: task.maxRetries,
    timeoutMs: task.timeoutMs,
    options: task.options,
    deadline: task.deadline,
    targetAgentId: task.targetAgentId as AgentId | null,
    attemptDeadline: new Date(desk.database.now().getTime() + (behind?.leadMs ?? 0) + task.timeoutMs),
    workflowId: task.workflowId,
    stepId: task.stepId,
    traceparent: task.traceparent,
    parentId: null,
    batches: null,
    cost: null,
  };
  const held = {
    row,
    state: 'assigned' as const,
    holding: ready,
    sentAt: performance.now(),
    missedBeats: 0,
    ...(behind && { after: behind.after }),
  };
  desk.held.add(held);
  return { held, input: task.input };
}
