import { type FieldFault, type Submit, type TaskId, type TaskState, ValidationError } from '@baton/contracts';
import { Batcher } from '@baton/flow';
import {
  type Database,
  findGoneAgents,
  findTasksByIdempotencyKey,
  type InsertedTasks,
  insertTasks,
  type NewTask,
  type Sql,
} from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { type CapabilityCatalog } from './capability-catalog';
import { type Hints } from './hints';
import { IdempotencyKeyReusedError, inBatch, OverloadedError, TargetAgentGoneError } from './intake-errors';
import { newTask, type TaskDefaults } from './new-task';
import { sameJson } from './same-json';
import { storeTasks } from './store-tasks';
import { submitFaults } from './submit-faults';

export interface Accepted {
  readonly task: { readonly id: TaskId; readonly state: TaskState };
  /** True: this idempotency key was used before, and this is the task it made. */
  readonly duplicate: boolean;
  /** What was stored, and when, so that nobody has to read it again; undefined for a duplicate. */
  readonly fresh?: { readonly task: NewTask; readonly createdAt: Date };
}
export interface Submitter {
  /** Who, as the audit names it: `user:admin`. */
  readonly actor: string;
  readonly traceparent?: string | undefined;
}

type Stored = Accepted | IdempotencyKeyReusedError;

/** Submissions waiting for the database beyond which new ones are refused (I8). */
const MAX_WAITING = 20_000;
/** The same in UTF-16 units of their inputs. */
const MAX_WAITING_SIZE = 128 * 1024 * 1024;
const MAX_BATCH = 1000;
/** A large input weighs as much as several tasks: a statement carries 8 MiB of them, which it needs several times over. */
const weightOf = ({ input }: NewTask): number => 1 + input.length / 8192;

/**
 * The door for tasks. I1: it answers after the commit. Submissions that arrive while a commit is under way share the
 * next one. Field checks are done before; what is checked here needs to know the capabilities.
 */
export class Intake {
  private readonly batcher: Batcher<NewTask, Stored>;
  private waiting = 0;
  private waitingSize = 0;

  constructor(
    private readonly database: Database,
    private readonly catalog: CapabilityCatalog,
    private readonly hints: Hints,
    private readonly defaults: TaskDefaults,
  ) {
    this.batcher = new Batcher((tasks) => this.store(tasks), MAX_BATCH, weightOf);
  }

  /** Stores one task. Throws ValidationError, CapabilityUnknownError, IdempotencyKeyReusedError, OverloadedError. */
  async submit(submit: Submit, by: Submitter): Promise<Accepted> {
    const task = this.prepare(submit, by);
    const faults = [...submitFaults(submit, task), ...(await this.catalog.check(submit))];
    if (faults.length > 0) throw new ValidationError(faults, 'INPUT_INVALID');
    if (task.targetAgentId !== null) await this.checkTargets([task]);
    return this.whileThereIsRoom([task], async () => orThrow(await this.batcher.add(task)));
  }

  /** Stores all of them or none; answers in order. Throws as `submit` does, with paths like `tasks[3].input`. */
  async submitMany(submits: readonly Submit[], by: Submitter): Promise<Accepted[]> {
    const tasks = submits.map((submit) => this.prepare(submit, by));
    const faults: FieldFault[] = [];
    for (const [index, submit] of submits.entries()) {
      const found = [...submitFaults(submit, tasks[index] as NewTask), ...(await this.checkOne(submit, index))];
      faults.push(...found.map((fault) => ({ ...fault, path: `tasks[${index}].${fault.path}` })));
    }
    if (faults.length > 0) throw new ValidationError(faults.slice(0, 100), 'INPUT_INVALID');
    if (tasks.some((task) => task.targetAgentId !== null)) await this.checkTargets(tasks, true);
    return this.whileThereIsRoom(tasks, () => this.storeAll(tasks));
  }

  /** Resolves when everything accepted so far is stored. */
  idle(): Promise<void> {
    return this.batcher.idle();
  }

  private async checkOne(submit: Submit, index: number): Promise<readonly FieldFault[]> {
    try {
      return await this.catalog.check(submit);
    } catch (error) {
      throw inBatch(error, index);
    }
  }

  /** Refuses tasks for agents that will never take them. */
  private async checkTargets(tasks: readonly NewTask[], batch = false): Promise<void> {
    const wanted = new Set(tasks.flatMap(({ targetAgentId }) => targetAgentId ?? []));
    const gone = await findGoneAgents(this.database, [...wanted]);
    const index = tasks.findIndex(({ targetAgentId }) => targetAgentId !== null && gone.has(targetAgentId));
    const agentId = tasks[index]?.targetAgentId;
    const what = agentId ? gone.get(agentId) : undefined;
    if (!agentId || !what) return;
    const error = new TargetAgentGoneError(agentId, what);
    throw batch ? inBatch(error, index) : error;
  }

  private prepare(submit: Submit, by: Submitter): NewTask {
    const origin = { id: uuidV7() as TaskId, createdBy: by.actor, traceparent: by.traceparent };
    return newTask(submit, origin, this.defaults, this.database.now());
  }

  /** I8: what waits for the database is bounded in number and size; beyond that the submitter comes again. */
  private async whileThereIsRoom<Result>(tasks: readonly NewTask[], store: () => Promise<Result>): Promise<Result> {
    const size = tasks.reduce((sum, task) => sum + task.input.length, 0);
    if (this.waiting + tasks.length > MAX_WAITING || this.waitingSize + size > MAX_WAITING_SIZE) {
      throw new OverloadedError(`${this.waiting} submissions are waiting to be stored`);
    }
    this.waiting += tasks.length;
    this.waitingSize += size;
    try {
      return await store();
    } finally {
      this.waiting -= tasks.length;
      this.waitingSize -= size;
    }
  }

  /** A key that was used otherwise undoes all of them. */
  private async storeAll(tasks: readonly NewTask[]): Promise<Accepted[]> {
    if (tasks.every((task) => task.idempotencyKey === null)) return (await this.store(tasks)).map(orThrow);
    const [inserted, stored] = await this.database.transaction(async (sql) => {
      const added = await insertTasks(sql, tasks);
      return [added, (await this.answers(sql, tasks, added)).map(orThrow)] as const;
    });
    this.hints.queued(tasks.filter((task) => inserted.has(task.id)));
    return stored;
  }

  /** A key that was used otherwise fails its own task only. After the commit what waits is told to the brain; what need not wait is on its way already. */
  private async store(tasks: readonly NewTask[]): Promise<Stored[]> {
    const { inserted, waiting } = await storeTasks(this.database, tasks, this.hints.giveAtOnce(tasks));
    this.hints.queued(waiting);
    return this.answers(this.database, tasks, inserted);
  }

  private async answers(sql: Sql, tasks: readonly NewTask[], inserted: InsertedTasks): Promise<Stored[]> {
    const repeated = tasks.filter((task) => !inserted.has(task.id));
    const earlier = await this.earlierTasks(sql, repeated);
    return tasks.map((task) => {
      if (!inserted.has(task.id)) return earlier(task);
      const state: TaskState = task.runAt ? 'scheduled' : 'queued';
      return { task: { id: task.id, state }, duplicate: false, fresh: { task, createdAt: inserted.at } };
    });
  }

  private async earlierTasks(sql: Sql, repeated: readonly NewTask[]): Promise<(task: NewTask) => Stored> {
    if (repeated.length === 0) return () => unreachable();
    const keys = repeated.map((task) => task.idempotencyKey as string);
    const found = new Map((await findTasksByIdempotencyKey(sql, keys)).map((task) => [task.idempotencyKey, task]));
    return (task) => {
      const first = found.get(task.idempotencyKey as string) ?? unreachable();
      if (first.capability !== task.capability || !sameJson(first.input, task.input)) {
        return new IdempotencyKeyReusedError(first.idempotencyKey, first.id);
      }
      return { task: { id: first.id, state: first.state as TaskState }, duplicate: true };
    };
  }
}

function orThrow(stored: Stored): Accepted {
  if (stored instanceof IdempotencyKeyReusedError) throw stored;
  return stored;
}

function unreachable(): never {
  throw new Error('A task that was not inserted has an idempotency key that is stored.');
}
