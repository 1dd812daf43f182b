import { type StepState, type TaskError, type TaskId } from '@baton/contracts';

/** A step, element or child as a watcher hears of it. */
export interface WatchedStep {
  /** `each[3]`, `sub/search`. */
  readonly stepId: string;
  readonly state: StepState;
  readonly taskId: TaskId | null;
  readonly attempts: number;
  readonly error: TaskError | null;
}

const final: readonly StepState[] = ['completed', 'failed', 'canceled', 'rejected', 'skipped'];

/** What a watcher has been told of the steps of a run, so that nothing is told twice. Pure but for what it remembers. */
export class StepBook {
  private readonly told = new Map<string, WatchedStep>();

  /** News of the bus: in order. True: it is new. */
  heard(step: WatchedStep): boolean {
    const known = this.told.get(step.stepId);
    if (known && known.state === step.state && known.taskId === step.taskId && known.attempts === step.attempts) {
      return false;
    }
    this.told.set(step.stepId, step);
    return true;
  }

  /** What was read: it may be older than what was heard meanwhile, and shows what was missed. True: it is new. */
  read(step: WatchedStep): boolean {
    const known = this.told.get(step.stepId);
    if (step.state === 'pending') return false;
    const isOlder = known && final.includes(known.state) && known.taskId === step.taskId;
    if (isOlder && !final.includes(step.state)) return false;
    if (known && known.state === step.state && known.taskId === step.taskId) return false;
    this.told.set(step.stepId, step);
    return true;
  }
}
