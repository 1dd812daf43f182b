import { type Submit, type TaskId, type TaskState, ValidationError } from '@baton/contracts';
import { Batcher } from '@baton/flow';
import { type Database, findTasksByIdempotencyKey, insertTasks, type NewTask } from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { type CapabilityCatalog } from './capability-catalog';
import { type Hints } from './hints';
import { IdempotencyKeyReusedError, OverloadedError } from './intake-errors';
import { newTask, type TaskDefaults } from './new-task';
import { submitFaults } from './submit-faults';

export interface Accepted {
  readonly task: { readonly id: TaskId; readonly state: TaskState };
  /** True: this idempotency key was used before, and this is the task it made. */
  readonly duplicate: boolean;
}
export interface Submitter {
  /** Who, as the audit names it: `user:admin`. */
  readonly actor: string;
  readonly traceparent?: string | undefined;
}

/** Submissions waiting for the database beyond which new ones are refused (I8). */
const MAX_WAITING = 20_000;
const MAX_BATCH = 1000;

/**
 * The door for tasks. I1: it answers after the commit. Submissions that arrive while a commit is under way share the
 * next one. Field checks are done before; what is checked here needs to know the capabilities.
 */
export class Intake {
  private readonly batcher: Batcher<NewTask, Accepted | IdempotencyKeyReusedError>;

  constructor(
    private readonly database: Database,
    private readonly catalog: CapabilityCatalog,
    private readonly hints: Hints,
    private readonly defaults: TaskDefaults,
  ) {
    this.batcher = new Batcher((tasks) => this.store(tasks), MAX_BATCH);
  }

  /** Stores one task. Throws ValidationError, CapabilityUnknownError, IdempotencyKeyReusedError, OverloadedError. */
  async submit(submit: Submit, by: Submitter): Promise<Accepted> {
    const task = this.prepare(submit, by);
    const faults = [...submitFaults(submit, task), ...(await this.catalog.check(submit))];
    if (faults.length > 0) throw new ValidationError(faults, 'INPUT_INVALID');
    this.refuseWhenFull(1);
    return orThrow(await this.batcher.add(task));
  }

  /** Stores all of them or none; answers in order. */
  async submitMany(submits: readonly Submit[], by: Submitter): Promise<Accepted[]> {
    const faults = [];
    for (const [index, submit] of submits.entries()) {
      for (const fault of await this.catalog.check(submit))
        faults.push({ ...fault, path: `tasks[${index}].${fault.path}` });
    }
    if (faults.length > 0) throw new ValidationError(faults.slice(0, 100), 'INPUT_INVALID');
    this.refuseWhenFull(submits.length);
    const stored = await this.store(submits.map((submit) => this.prepare(submit, by)));
    return stored.map(orThrow);
  }

  /** Resolves when everything accepted so far is stored. */
  idle(): Promise<void> {
    return this.batcher.idle();
  }

  private prepare(submit: Submit, by: Submitter): NewTask {
    const origin = { id: uuidV7() as TaskId, createdBy: by.actor, traceparent: by.traceparent };
    return newTask(submit, origin, this.defaults, new Date());
  }

  private refuseWhenFull(more: number): void {
    if (this.batcher.size + more > MAX_WAITING) throw new OverloadedError(this.batcher.size);
  }

  private async store(tasks: readonly NewTask[]): Promise<(Accepted | IdempotencyKeyReusedError)[]> {
    const added = await insertTasks(this.database, tasks);
    const fresh = added.size === tasks.length ? tasks : tasks.filter((task) => added.has(task.id));
    this.hints.queued(fresh);
    const earlier = await this.earlierTasks(tasks.filter((task) => !added.has(task.id)));
    return tasks.map((task) => {
      const state: TaskState = task.runAt ? 'scheduled' : 'queued';
      if (added.has(task.id)) return { task: { id: task.id, state }, duplicate: false };
      return earlier(task);
    });
  }

  private async earlierTasks(
    repeated: readonly NewTask[],
  ): Promise<(task: NewTask) => Accepted | IdempotencyKeyReusedError> {
    if (repeated.length === 0) return () => unreachable();
    const keys = repeated.map((task) => task.idempotencyKey as string);
    const found = new Map(
      (await findTasksByIdempotencyKey(this.database, keys)).map((task) => [task.idempotencyKey, task]),
    );
    return (task) => {
      const first = found.get(task.idempotencyKey as string) ?? unreachable();
      if (first.capability !== task.capability || first.input !== task.input) {
        return new IdempotencyKeyReusedError(first.idempotencyKey, first.id);
      }
      return { task: { id: first.id, state: first.state as TaskState }, duplicate: true };
    };
  }
}

function orThrow(stored: Accepted | IdempotencyKeyReusedError): Accepted {
  if (stored instanceof IdempotencyKeyReusedError) throw stored;
  return stored;
}

function unreachable(): never {
  throw new Error('A task that was not inserted has an idempotency key that is stored.');
}
