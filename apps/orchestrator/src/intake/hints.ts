import { EventEmitter } from 'node:events';
import { brainHint, type TaskId, type WorkflowId } from '@baton/contracts';
import { type Bus, outgoing, routes } from '@baton/bus';
import { type CanceledTask, type NewTask } from '@baton/persistence';
import { type TasksWithAttempts } from '../dispatch/first-attempts';

/** What the brain does with news; implemented by the term in office. */
export interface HintTaker {
  /** Tasks about to be stored: those that need not wait get their first attempts now. Undefined: all wait. */
  giveAtOnce(tasks: readonly NewTask[]): TasksWithAttempts | undefined;
  tasksQueued(tasks: readonly NewTask[]): void;
  tasksQueuedElsewhere(ids: readonly TaskId[]): void;
  tasksCanceled(tasks: readonly CanceledTask[]): void;
  tasksCanceledElsewhere(ids: readonly TaskId[]): void;
  workflowsChanged(ids: readonly WorkflowId[]): void;
}

/**
 * Tells the brain that something in the database wants attention: in process when it is here, else over the bus.
 * Hints may get lost; the brain sweeps. `changed` is emitted after every commit of this process that wrote audit.
 */
export class Hints {
  private taker: HintTaker | undefined;
  private readonly emitter = new EventEmitter();

  constructor(private readonly bus: Bus) {
    this.emitter.setMaxListeners(0);
  }

  /** The brain of this process takes office, or leaves it (undefined). */
  setTaker(taker: HintTaker | undefined): void {
    this.taker = taker;
  }

  onChanged(listener: () => void): () => void {
    this.emitter.on('changed', listener);
    return () => this.emitter.off('changed', listener);
  }

  changed(): void {
    this.emitter.emit('changed');
  }

  /** See HintTaker; undefined also where the brain is elsewhere. */
  giveAtOnce(tasks: readonly NewTask[]): TasksWithAttempts | undefined {
    return this.taker?.giveAtOnce(tasks);
  }

  queued(tasks: readonly NewTask[]): void {
    if (tasks.length === 0) return;
    this.changed();
    if (this.taker) return this.taker.tasksQueued(tasks);
    const queued = tasks.map(({ id, capability, rank }) => ({ id, capability, rank }));
    this.send({ queued });
  }

  retried(task: { readonly id: string; readonly capability: string; readonly rank: string }): void {
    this.changed();
    const id = task.id as TaskId;
    if (this.taker) return this.taker.tasksQueuedElsewhere([id]);
    this.send({ queued: [{ id, capability: task.capability, rank: Number(task.rank) }] });
  }

  canceled(tasks: readonly CanceledTask[]): void {
    if (tasks.length === 0) return;
    this.changed();
    const workflows = tasks.flatMap((task) => task.workflowId ?? []);
    if (this.taker) {
      this.taker.tasksCanceled(tasks);
      if (workflows.length > 0) this.taker.workflowsChanged(workflows);
    } else this.send({ canceled: tasks.map((task) => task.id as TaskId), workflows });
  }

  workflows(ids: readonly WorkflowId[]): void {
    this.changed();
    if (this.taker) this.taker.workflowsChanged(ids);
    else this.send({ workflows: ids });
  }

  private send(hint: Parameters<typeof outgoing<typeof brainHint>>[1]): void {
    // Lost is fine (see above), so nobody waits for it.
    void this.bus.publish(routes.brain, outgoing(brainHint, hint)).catch(() => undefined);
  }
}
