import { randomUUID } from 'node:crypto';
import { type AgentId, type AttemptToken } from '@baton/contracts';
import { type Assignment } from '@baton/engine';
import { type FirstAttempt, type HeldAttempt, type NewTask } from '@baton/persistence';
import { type Sending } from './courier';
import { type Desk } from './desk';
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
  tasks: readonly NewTask[],
  events: FirstAttemptEvents,
): TasksWithAttempts | undefined {
  const now = desk.database.now().getTime();
  const clear = new Map<string, boolean>();
  const isClear = (capability: string): boolean => {
    const known = clear.get(capability) ?? events.isClear(capability);
    clear.set(capability, known);
    return known;
  };
  const firsts = tasks.map((task) => {
    if (task.runAt || !isClear(task.capability)) return null;
    const assignment = desk.scheduler.placeNow(readyFromRow(task), now);
    // The first that has to wait is passed by nobody.
    if (!assignment) clear.set(task.capability, false);
    return assignment ? { task, assignment, token: randomUUID() as AttemptToken } : null;
  });
  if (firsts.every((first) => first === null)) return undefined;
  const release = ({ assignment }: First): void => desk.scheduler.release(assignment.agentId, assignment.task);
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

interface First {
  readonly task: NewTask;
  readonly assignment: Assignment;
  readonly token: AttemptToken;
}

function toAttempt({ assignment: { agentId, choice }, token }: First): FirstAttempt {
  return { agentId, token, why: choice.candidates.length > 1 ? JSON.stringify({ why: choice }) : null };
}

function hold(desk: Desk, { task, assignment, token }: First): Sending {
  const row: HeldAttempt = {
    id: task.id,
    capability: task.capability,
    state: 'assigned',
    rank: String(task.rank),
    attempt: 1,
    token,
    agentId: assignment.agentId as AgentId,
    failures: 0,
    losses: 0,
    maxRetries: task.maxRetries,
    timeoutMs: task.timeoutMs,
    options: task.options,
    deadline: task.deadline,
    targetAgentId: task.targetAgentId as AgentId | null,
    attemptDeadline: new Date(desk.database.now().getTime() + task.timeoutMs),
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
    holding: assignment.task,
    sentAt: performance.now(),
    missedBeats: 0,
  };
  desk.held.add(held);
  return { held, input: task.input };
}
