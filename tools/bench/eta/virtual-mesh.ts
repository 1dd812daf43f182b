import { type TaskId, type WorkflowId } from '@baton/contracts';
import {
  advance,
  compileWorkflow,
  createRun,
  type WorkflowCommand,
  type WorkflowEvent,
  type WorkflowRun,
} from '@baton/engine';
import { type RandomWorkflow } from './random-document';

type Submitted = Extract<WorkflowCommand, { kind: 'submit-task' }>;
interface Running {
  readonly endsAt: number;
  readonly log: number;
  readonly task: Submitted;
}

/** One run on a mesh in virtual time: tasks wait for slots first come, first served, and take log-normal times. */
export class VirtualMesh {
  readonly run: WorkflowRun;
  readonly assignedAt = new Map<string, Date | null>();
  /** Logarithms of the durations of work so far, by capability. */
  readonly done = new Map<string, number[]>();
  now = 0;
  private readonly waiting = new Map<string, Submitted[]>();
  private readonly free = new Map<string, number>();
  private running: Running[] = [];
  private ids = 0;

  constructor(
    private readonly workflow: RandomWorkflow,
    private readonly normal: () => number,
  ) {
    const compiled = compileWorkflow({ name: 'random', steps: workflow.steps }, { capability: () => undefined });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
    const lists = Object.entries(workflow.lists).map(([name, length]) => [name, Array.from({ length }, () => 0)]);
    this.run = createRun('bench' as WorkflowId, compiled.graph, Object.fromEntries(lists) as Record<string, number[]>);
    for (const [name, { slots }] of workflow.kinds) this.free.set(name, slots);
  }

  get time(): Date {
    return new Date(this.now);
  }

  /** Runs to the end; `onEvent` sees every moment at which something has changed. Resolves with milliseconds. */
  async play(onEvent: () => void = () => undefined): Promise<number> {
    await this.send({ kind: 'start' });
    while (this.run.state === 'running') {
      onEvent();
      const next = this.running.shift();
      if (!next) throw new Error('The run stands still.');
      this.now = next.endsAt;
      await this.end(next.task);
    }
    if (this.run.state !== 'completed') throw new Error(`The run ${this.run.state}: ${JSON.stringify(this.run.error)}`);
    return this.now;
  }

  /** Logarithms of durations that have not ended yet. */
  underWay(capability: string): Set<number> {
    return new Set(this.running.filter(({ task }) => task.submit.capability === capability).map(({ log }) => log));
  }

  private async end({ key, taskId, submit }: Submitted): Promise<void> {
    this.free.set(submit.capability, (this.free.get(submit.capability) as number) + 1);
    const ended = { key, taskId, state: 'completed', output: 1, error: null, attempts: 1 } as const;
    await this.send({ kind: 'task-ended', ...ended, agent: null, cost: null, spawned: 0 });
  }

  private async send(event: WorkflowEvent): Promise<void> {
    const newTaskId = (): TaskId => `t${(this.ids += 1)}` as TaskId;
    const { commands } = await advance(this.run, event, { now: this.time, newTaskId });
    for (const command of commands) {
      if (command.kind !== 'submit-task') continue;
      const { capability } = command.submit;
      this.assignedAt.set(command.taskId, null);
      this.waiting.set(capability, [...(this.waiting.get(capability) ?? []), command]);
    }
    for (const [capability, tasks] of this.waiting) this.assign(capability, tasks);
  }

  private assign(capability: string, tasks: Submitted[]): void {
    const { mu, sigma } = this.workflow.kinds.get(capability) as { mu: number; sigma: number };
    for (let free = this.free.get(capability) as number; free > 0 && tasks.length > 0; free -= 1) {
      const log = mu + sigma * this.normal();
      const task = tasks.shift() as Submitted;
      this.free.set(capability, free - 1);
      this.assignedAt.set(task.taskId, this.time);
      this.done.set(capability, [...(this.done.get(capability) ?? []), log]);
      const running = { endsAt: this.now + Math.exp(log), log, task };
      const place = this.running.findIndex(({ endsAt }) => endsAt > running.endsAt);
      this.running.splice(place < 0 ? this.running.length : place, 0, running);
    }
  }
}
