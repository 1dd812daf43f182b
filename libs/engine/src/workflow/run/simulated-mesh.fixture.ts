import { type AgentId, type FinalTaskState, type JsonValue, type TaskId, type WorkflowId } from '@baton/contracts';
import { type WorkflowGraph } from '../document/graph';
import { advance, type WorkflowEvent } from './advance';
import { keptOutput } from './outputs';
import { restoreRun } from './restore-run';
import { rowOf, taskEnded } from './play-run';
import { type TaskEndedEvent } from './task-ended';
import { type BidsEvent } from './tend-group';
import { type WorkflowCommand, type WorkflowDecision } from './turn';
import { type Unit, type UnitRow } from './unit';
import { isActive } from './unit-state';
import { createRun, type RunHead, spentOf, unitsOf, type WorkflowRun } from './workflow-run';

export interface SimulatedTask {
  readonly id: TaskId;
  readonly key: string;
  /** Once it has ended; the run may not have been told. */
  end: TaskEndedEvent | undefined;
  isCanceled: boolean;
  /** Attempts that ended without ending it. */
  returns: number;
  /** It waits at the agent of that task until that has completed, in the attempt it was in then. */
  after: { readonly task: SimulatedTask; readonly returns: number } | undefined;
}

interface Logged {
  readonly event: WorkflowEvent;
  readonly now: Date;
  readonly starts: number;
  readonly mayFollow: boolean;
}

/** A run with its database, its tasks and its clock, all in memory. What was not saved is lost on a restart. */
export class SimulatedMesh {
  run: WorkflowRun;
  now = new Date('2026-03-01T12:00:00Z');
  readonly tasks = new Map<TaskId, SimulatedTask>();
  readonly rows = new Map<string, UnitRow>();
  readonly log: Logged[] = [];
  /** For bids; none is ever taken off: answers may come twice, and late. */
  readonly calls: { readonly key: string; readonly callId: string }[] = [];
  submissions: { key: string; taskId: TaskId }[] = [];
  /** Whether agents take tasks that are to follow others. */
  mayFollow = true;
  private head: RunHead;

  constructor(readonly graph: WorkflowGraph) {
    this.run = createRun('run-1' as WorkflowId, graph);
    this.head = headOf(this.run);
  }

  async send(event: WorkflowEvent, starts = Infinity): Promise<WorkflowDecision> {
    const { now, mayFollow } = this;
    this.log.push({ event, now, starts, mayFollow });
    let left = starts;
    const newTaskId = (): TaskId => `task-${this.tasks.size}` as TaskId;
    const decision = await advance(this.run, event, {
      now,
      newTaskId: () => this.add(newTaskId()),
      mayGoOn: () => (left -= 1) >= 0,
      mayFollow: () => mayFollow,
    });
    this.save(decision);
    for (const command of decision.commands) this.obey(command);
    return decision;
  }

  private add(id: TaskId): TaskId {
    this.tasks.set(id, { id, key: '', end: undefined, isCanceled: false, returns: 0, after: undefined });
    return id;
  }

  private obey(command: WorkflowCommand): void {
    if (command.kind === 'cancel-task') (this.tasks.get(command.taskId) as SimulatedTask).isCanceled = true;
    if (command.kind === 'call-for-bids') this.calls.push(command);
    if (command.kind !== 'submit-task') return;
    const { key, taskId, follows } = command;
    this.submissions.push({ key, taskId });
    const task = this.tasks.get(taskId) as SimulatedTask;
    const leader = follows && (this.tasks.get(follows) as SimulatedTask);
    Object.assign(task, { key, after: leader && { task: leader, returns: leader.returns } });
  }

  /** As the orchestrator does: only what the decision names is written. */
  private save({ changed, removed, touchesRun, transitions }: WorkflowDecision): void {
    for (const key of removed) this.rows.delete(key);
    for (const unit of changed) this.rows.set(unit.key, savedRow(this.run, unit.key));
    if (touchesRun || transitions.length + changed.size > 0) this.head = headOf(this.run);
  }

  /** The brain dies; the next one has what was saved, and is told of the ends it has missed. */
  async restart(): Promise<void> {
    this.run = this.restored();
    for (const unit of [...unitsOf(this.run)].filter(isActive)) {
      const end = this.tasks.get(unit.taskId as TaskId)?.end;
      if (end) await this.send(end);
    }
  }

  restored(): WorkflowRun {
    const rows = [...this.rows.values()].map((row) => ({ ...row, output: this.outputOf(row) }));
    return restoreRun(this.graph, this.head, rows.reverse());
  }

  /** A task holds its own output. */
  private outputOf(row: UnitRow): JsonValue {
    if (row.taskId === null || row.state !== 'completed') return row.output;
    return (this.tasks.get(row.taskId)?.end as TaskEndedEvent).output;
  }

  /** Tasks that can still end: canceled ones may, if they are quicker. */
  get open(): SimulatedTask[] {
    return [...this.tasks.values()].filter(({ end }) => !end);
  }

  /** An attempt has ended without ending the task. */
  async giveBack(task: SimulatedTask): Promise<void> {
    task.returns += 1;
    task.after = undefined;
    await this.send({ kind: 'task-returned', key: task.key, taskId: task.id });
  }

  bidsFor({ key, callId }: { readonly key: string; readonly callId: string }, names: readonly string[]): BidsEvent {
    const bids = names.map((name, cost) => {
      const agent = { id: `id of ${name}` as AgentId, name };
      return { agent, cost, seconds: 1, confidence: 1, at: this.now.toISOString() };
    });
    return { kind: 'bids', key, callId, bids, closed: true };
  }

  finish(task: SimulatedTask, state: FinalTaskState): TaskEndedEvent {
    const error = state === 'failed' ? { code: 'BOOM', message: 'boom', retryable: true } : null;
    const agent = { id: 'agent-1' as AgentId, name: `agent ${task.id}` };
    const output = state === 'completed' ? task.id : null;
    task.end = taskEnded({ key: task.key, taskId: task.id, state, error, output, agent, cost: 1 });
    return task.end;
  }
}

function headOf(run: WorkflowRun): RunHead {
  const { id, state, input, output, error, startedAt, finishedAt, signals } = run;
  return { id, state, input, output, error, startedAt, finishedAt, signals: [...signals], spent: spentOf(run) };
}

function savedRow(run: WorkflowRun, key: string): UnitRow {
  const unit = run.byKey.get(key) as Unit;
  return { ...rowOf(unit), output: keptOutput(unit) };
}

/** Whether it has begun, as far as it depends on the one it follows. */
export function hasBegun({ after }: SimulatedTask): boolean {
  return !after || (after.task.end?.state === 'completed' && after.task.returns === after.returns);
}

/** What it was to follow has ended in another way: its agent hands it back. */
export function isHandedBack(task: SimulatedTask): boolean {
  const { after, end, isCanceled } = task;
  if (!after || end || isCanceled || hasBegun(task)) return false;
  return after.task.end !== undefined || after.task.returns !== after.returns;
}

/** All that can be seen of a run, and what it counts. */
export function essence(run: WorkflowRun) {
  const { id, state, input, output, error, startedAt, finishedAt, signals, root } = run;
  const counts = Object.fromEntries(Object.entries(run.counts).filter(([, count]) => count > 0));
  const { active, spent } = root.gate;
  const units = [...unitsOf(run)].map((unit) => {
    const { inner, holder, waitingFor, timesOutAt, node } = unit;
    const isWaiting = unit.state === 'waiting';
    const own = node && unit.state === 'pending' ? { waitingFor } : {};
    const times = { timesOutAt, ...(isWaiting && { wakesAt: unit.wakesAt }) };
    const inside = inner && {
      unended: inner.unended,
      size: inner.units.length,
      active: inner.gate.active,
      reserved: inner.gate.spent.reserved,
    };
    return {
      ...rowOf(unit),
      ...own,
      ...times,
      inside,
      isUnderWay: holder.underWay.has(unit),
      completed: holder.kind === 'frame' ? holder.completed : 0,
    };
  });
  return {
    id,
    state,
    input,
    output,
    error,
    startedAt,
    finishedAt,
    signals,
    counts,
    active,
    spent,
    unended: root.unended,
    units,
  };
}
