import { type JsonValue, type TaskError } from '@baton/contracts';
import { type ChildPlan, type PatternChild, type PatternGiven, type PatternMove, type PatternRun } from '../pattern';

/** Starts the elements in the order of the list, so many at once; ends after the last, or at a failure that counts. */
export class ForEachRun implements PatternRun {
  readonly interim = null;
  /** Elements before this one have been started or have ended. */
  private next = 0;
  /** Elements that have not ended, and those of them that have been started. */
  private open = 0;
  private active = 0;

  constructor(
    private readonly items: readonly JsonValue[],
    private readonly given: PatternGiven,
  ) {}

  begin(): PatternMove {
    const { children } = this.given;
    const failed = this.given.failFast ? children.find(hasFailed) : undefined;
    if (failed) return this.fail(failed);
    const open = children.filter((child) => !isFinal(child));
    this.open = this.items.length - children.length + open.length;
    this.active = open.filter(({ state }) => state !== 'pending').length;
    return { grow: this.items.length, ...this.goOn() };
  }

  ended(child: PatternChild): PatternMove {
    this.open -= 1;
    this.active -= 1;
    return hasFailed(child) && this.given.failFast ? this.fail(child) : this.goOn();
  }

  plan(index: number): ChildPlan {
    return { part: 0, variables: { item: this.items[index] as JsonValue, index } };
  }

  private goOn(): PatternMove {
    if (this.open === 0) return this.finish();
    const start: number[] = [];
    for (; this.active < this.atOnce && this.next < this.items.length; this.next += 1) {
      if ((this.given.children[this.next]?.state ?? 'pending') !== 'pending') continue;
      start.push(this.next);
      this.active += 1;
    }
    return { start };
  }

  private get atOnce(): number {
    return this.given.step.concurrency ?? Infinity;
  }

  /** Failures count unless the step is optional; then there is null in their place. */
  private finish(): PatternMove {
    const failed = this.isOptional ? undefined : this.given.children.find(hasFailed);
    return failed ? this.fail(failed) : { end: { state: 'completed', output: null } };
  }

  private get isOptional(): boolean {
    return this.given.step.optional ?? false;
  }

  private fail(child: PatternChild): PatternMove {
    return { end: { state: 'failed', error: this.failureOf(child) } };
  }

  private failureOf({ index, error }: PatternChild): TaskError {
    const key = `${this.given.key.slice(this.given.key.indexOf('/') + 1)}[${index}]`;
    if (error === null) return { code: 'STEP_CANCELED', message: `${key} was canceled.`, retryable: true };
    return { ...error, message: `${key}: ${error.message}` };
  }
}

function isFinal({ state }: PatternChild): boolean {
  return state === 'completed' || state === 'skipped' || hasFailedState(state);
}

function hasFailed({ state }: PatternChild): boolean {
  return hasFailedState(state);
}

function hasFailedState(state: PatternChild['state']): boolean {
  return state === 'failed' || state === 'rejected' || state === 'canceled';
}
