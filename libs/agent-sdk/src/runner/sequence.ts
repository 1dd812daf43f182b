import { type AttemptToken, type TaskAssigned, type TaskError } from '@baton/contracts';
import { type Ending } from './perform';
import { Recent } from './recent';
import { type TaskRun } from './task-run';

/** Ended attempts that are remembered: an assignment may name one whose result crossed it on the way. */
const remembered = 10_000;
const nobody: readonly TaskRun[] = [];

/**
 * Which attempts wait for the end of which, and how the last ones ended. `held`: all of the agent whose results the
 * broker does not have yet.
 */
export class Sequence {
  private readonly outcomes: Recent<AttemptToken, Ending['outcome']>;
  /** Those that wait, by the token of the one they wait for. */
  private readonly followers = new Map<AttemptToken, Set<TaskRun>>();

  constructor(
    private readonly held: ReadonlyMap<AttemptToken, TaskRun>,
    memory = remembered,
  ) {
    this.outcomes = new Recent(memory);
  }

  /** Why it can never begin here; undefined: it can. What was refused stays refused, also when it comes again. */
  fault({ token, after }: TaskAssigned): TaskError | undefined {
    if (after === undefined) return undefined;
    if (this.outcomes.get(token) === 'rejected') return outOfSequence('it has been handed back before');
    const first = this.outcomes.get(after);
    if (first === 'completed' || this.isOpen(after)) return undefined;
    this.outcomes.put(token, 'rejected');
    return first === undefined ? outOfSequence('this agent does not know that one') : endedAs(first);
  }

  /** Whether it has to wait for one that has not ended. */
  binds({ after }: TaskAssigned): boolean {
    return after !== undefined && this.isOpen(after);
  }

  /** If it has to wait, the end of the one it names will tell of it. */
  join(run: TaskRun): void {
    const { after } = run.task;
    if (after === undefined || !this.isOpen(after)) return;
    const waiting = this.followers.get(after);
    if (waiting) waiting.add(run);
    else this.followers.set(after, new Set([run]));
  }

  /** It waits for nobody any more. Gives those that waited for it: to go on if it has completed, else to be handed back. */
  ended(run: TaskRun, outcome: Ending['outcome']): readonly TaskRun[] {
    const { token, after } = run.task;
    this.outcomes.put(token, outcome);
    if (after !== undefined) this.leave(run, after);
    const waiting = this.followers.get(token);
    if (!waiting) return nobody;
    this.followers.delete(token);
    return [...waiting];
  }

  private isOpen(token: AttemptToken): boolean {
    const run = this.held.get(token);
    return run !== undefined && run.stage !== 'reporting';
  }

  private leave(run: TaskRun, after: AttemptToken): void {
    const waiting = this.followers.get(after);
    waiting?.delete(run);
    if (waiting?.size === 0) this.followers.delete(after);
  }
}

/** Said of an attempt when the one that it waited for has ended so. */
export function endedAs(outcome: Ending['outcome']): TaskError {
  return outOfSequence(`that one has ended as ${outcome}`);
}

function outOfSequence(why: string): TaskError {
  const message = `It was to begin when another attempt had completed, but ${why}; assign it again in its turn`;
  return { code: 'OUT_OF_SEQUENCE', message, retryable: true };
}
