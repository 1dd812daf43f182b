import {
  type FinalTaskState,
  type JsonValue,
  type StepDocument,
  type TaskStep,
  type TaskId,
  type PatternWorkflowDocument,
  type WorkflowDocument,
  type WorkflowId,
} from '@baton/contracts';
import { compileWorkflow } from '../document/compile-workflow';
import { type GrowingPattern } from '../patterns/pattern';
import { keptOutput } from './outputs';
import { restoreRun } from './restore-run';
import { advance, type WorkflowEvent } from './advance';
import { type TaskEndedEvent } from './task-ended';
import { type WorkflowCommand, type WorkflowDecision } from './turn';
import { type Unit, type UnitRow } from './unit';
import { isActive } from './unit-state';
import { createRun, spentOf, unitsOf, type WorkflowRun } from './workflow-run';

let ids = 0;

/** A step of a played run; its capability is named after it. */
export function step(id: string, more: Partial<TaskStep> = {}): TaskStep {
  return { id, capability: `do.${id}`, ...more };
}

export function needs(...ids: string[]): { needs: string[] } {
  return { needs: ids };
}

/** What the error of a run or step is to look like. */
export function failsWith(code: string, text: RegExp): unknown {
  return expect.objectContaining({ code, message: expect.stringMatching(text) as unknown });
}

export type Submitted = Extract<WorkflowCommand, { kind: 'submit-task' }>;

export interface Playing {
  /** Instead of a new one. */
  readonly from?: WorkflowRun;
  /** Definitions it may use. */
  readonly stored?: Readonly<Record<string, PlayedDocument>>;
  readonly patterns?: readonly GrowingPattern[];
}

/** A run in a test: its clock moves by hand, and what it submitted is kept. */
export class PlayedRun {
  readonly run: WorkflowRun;
  readonly submitted: Submitted[] = [];
  readonly canceled: string[] = [];
  /** Other commands. */
  readonly said: WorkflowCommand[] = [];
  mayGoOn = (): boolean => true;
  /** Whether the agent of any task would take another one. */
  mayFollow = false;
  now = new Date('2026-03-01T12:00:00Z');

  constructor(document: PlayedDocument, { from, stored = {}, patterns }: Playing = {}) {
    const definition = (name: string) => {
      const found = stored[name];
      return found && { name, version: 1, document: named(found) };
    };
    const compiled = compileWorkflow(named(document), { capability: () => undefined, definition }, patterns);
    expect(compiled).toMatchObject({ ok: true });
    const { graph } = compiled as Extract<typeof compiled, { ok: true }>;
    this.run = from ?? createRun('run-1' as WorkflowId, graph);
  }

  async send(event: WorkflowEvent): Promise<WorkflowDecision> {
    const newTaskId = (): TaskId => `task-${(ids += 1)}` as TaskId;
    const mayGoOn = () => this.mayGoOn();
    const mayFollow = () => this.mayFollow;
    const decision = await advance(this.run, event, { now: this.now, newTaskId, mayGoOn, mayFollow });
    for (const command of decision.commands) {
      if (command.kind === 'submit-task') this.submitted.push(command);
      else if (command.kind === 'cancel-task') this.canceled.push(command.key);
      else this.said.push(command);
    }
    return decision;
  }

  start(): Promise<WorkflowDecision> {
    return this.send({ kind: 'start' });
  }

  /** The task of `key` that was submitted last ends. */
  end(key: string, state: FinalTaskState = 'completed', output: JsonValue = `${key} done`): Promise<WorkflowDecision> {
    return this.send(this.ended(key, state, output));
  }

  ended(key: string, state: FinalTaskState, output: JsonValue = `${key} done`): TaskEndedEvent {
    const task = this.submitted.findLast((command) => command.key === key) as Submitted;
    const error = state === 'failed' ? { code: 'BOOM', message: 'boom', retryable: true } : null;
    return taskEnded({ key, taskId: task.taskId, state, output: error ? null : output, error });
  }

  /** The task of `key` that was submitted last goes back into the queue; or has come to an agent. */
  giveBack(key: string, kind: 'task-returned' | 'task-assigned' = 'task-returned'): Promise<WorkflowDecision> {
    const task = this.submitted.findLast((command) => command.key === key) as Submitted;
    return this.send({ kind, key, taskId: task.taskId });
  }

  /** The clock moves on, and the run is told. */
  later(seconds: number): Promise<WorkflowDecision> {
    this.now = new Date(this.now.getTime() + seconds * 1000);
    return this.send({ kind: 'continue' });
  }

  /** Keys in the order in which they were submitted. */
  get keys(): string[] {
    return this.submitted.map(({ key }) => key);
  }

  /** Keys of tasks under way. */
  get active(): string[] {
    return [...unitsOf(this.run)].filter(isActive).map(({ key }) => key);
  }

  unit(key: string): Unit {
    return this.run.byKey.get(key) as Unit;
  }

  /** As after a restart, from what the database keeps. */
  restored(): PlayedRun {
    const rows = [...unitsOf(this.run)].map((unit) => ({ ...rowOf(unit), output: storedOutput(unit) }));
    const from = restoreRun(this.run.graph, { ...this.run, spent: spentOf(this.run) }, rows.reverse());
    const again = new PlayedRun([step('unused')], { from });
    again.now = this.now;
    again.submitted.push(...this.submitted);
    again.mayFollow = this.mayFollow;
    return again;
  }

  states(): Record<string, string> {
    return Object.fromEntries([...unitsOf(this.run)].map(({ key, state }) => [key, state]));
  }
}

export function taskEnded(event: Partial<TaskEndedEvent> & { key: string }): TaskEndedEvent {
  const base = { taskId: 't' as TaskId, state: 'completed' as const, output: 1, error: null, attempts: 1 };
  return { kind: 'task-ended', ...base, agent: null, cost: null, spawned: 0, ...event };
}

export type PlayedDocument =
  Omit<WorkflowDocument, 'name'> | Omit<PatternWorkflowDocument, 'name'> | readonly StepDocument[];

function named(document: PlayedDocument): object {
  return Array.isArray(document) ? { name: 'played', steps: document } : { name: 'played', ...document };
}

/** What is kept of a unit. */
export function rowOf(unit: Unit): UnitRow {
  const { key, stepId, itemIndex, state, taskId, attempts, error, startedAt, finishedAt, agent, cost, memo } = unit;
  const ended = { error, startedAt, finishedAt, agent, cost, memo };
  return { key, stepId, itemIndex, state, taskId, attempts, output: unit.output, ...ended };
}

/** A task keeps its own output. */
function storedOutput(unit: Unit): JsonValue {
  return unit.body.kind === 'task' ? unit.output : keptOutput(unit);
}
