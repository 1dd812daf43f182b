import { isFinalTaskState, type Submit, type TaskReferences } from '@baton/contracts';
import { type Database, newTaskRow, toTaskJson } from '@baton/persistence';
import { type Completions } from '../../intake/completions';
import { type Accepted, type Intake, type Submitter } from '../../intake/intake';
import { type TaskControl } from '../../intake/task-control';
import { TaskReader } from './task-reader';

/** A task as JSON text, and whether it has ended. */
export interface ShownTask {
  readonly ended: boolean;
  readonly json: string;
}

/** What can be asked of tasks, whichever door the asker came by. Bodies are checked and askers known before. */
export class TaskDesk {
  readonly reader: TaskReader;

  constructor(
    database: Database,
    private readonly intake: Intake,
    private readonly control: TaskControl,
    private readonly completions: Completions,
  ) {
    this.reader = new TaskReader(database);
  }

  /** Resolves after the commit. Throws what the intake throws. */
  submit(submit: Submit, by: Submitter): Promise<Accepted> {
    return this.intake.submit(submit, by);
  }

  /** All or none. */
  async submitMany(tasks: readonly Submit[], by: Submitter): Promise<TaskReferences> {
    const accepted = await this.intake.submitMany(tasks, by);
    return { items: accepted.map(({ task }) => ({ id: task.id, state: task.state })) };
  }

  /** The task as it was stored; one that was there before as it is now. */
  json({ task, fresh }: Accepted): string | Promise<string> {
    return fresh ? toTaskJson(newTaskRow(fresh.task, fresh.createdAt)) : this.reader.json(task.id);
  }

  /** The task when it has ended, or as it is when the time is up or `signal` aborts. */
  async whenEnded(id: string, seconds: number, signal: AbortSignal): Promise<ShownTask> {
    await this.completions.wait(id, seconds * 1000, signal);
    const row = await this.reader.row(id);
    return { ended: isFinalTaskState(row.state), json: toTaskJson(row) };
  }

  /** Throws NotFoundError, StateConflictError. */
  async cancel(id: string, actor: string, reason?: string): Promise<string> {
    await this.reader.row(id);
    await this.control.cancel(id, actor, reason);
    return this.reader.json(id);
  }
}

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Who submits, and the trace it belongs to when that is one (W3C). */
export function submitterOf(actor: string, traceparent: unknown): Submitter {
  return typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? { actor, traceparent } : { actor };
}
