import {
  type FinalTaskState,
  type JsonValue,
  type StepDocument,
  type TaskId,
  type WorkflowDocument,
  type WorkflowId,
} from '@baton/contracts';
import { compileWorkflow } from '../document/compile-workflow';
import { advance, type WorkflowEvent } from './advance';
import { type TaskEndedEvent } from './task-ended';
import { type WorkflowCommand, type WorkflowDecision } from './turn';
import { createRun, type WorkflowRun } from './workflow-run';

let ids = 0;

/** A step of a played run; its capability is named after it. */
export function step(id: string, more: Partial<StepDocument> = {}): StepDocument {
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

/** A run in a test: its clock moves by hand, and what it submitted is kept. */
export class PlayedRun {
  readonly run: WorkflowRun;
  readonly submitted: Submitted[] = [];
  readonly canceled: string[] = [];
  mayGoOn = (): boolean => true;
  now = new Date('2026-03-01T12:00:00Z');

  constructor(document: Omit<WorkflowDocument, 'name'> | readonly StepDocument[], from?: WorkflowRun) {
    const whole = Array.isArray(document) ? { steps: document as StepDocument[] } : document;
    const compiled = compileWorkflow({ name: 'played', ...whole }, { capability: () => undefined });
    const { graph } = compiled as Extract<typeof compiled, { ok: true }>;
    this.run = from ?? createRun('run-1' as WorkflowId, graph);
  }

  async send(event: WorkflowEvent): Promise<WorkflowDecision> {
    const newTaskId = (): TaskId => `task-${(ids += 1)}` as TaskId;
    const decision = await advance(this.run, event, { now: this.now, newTaskId, mayGoOn: () => this.mayGoOn() });
    for (const command of decision.commands) {
      if (command.kind === 'submit-task') this.submitted.push(command);
      else this.canceled.push(command.key);
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
    return { kind: 'task-ended', key, taskId: task.taskId, state, output: error ? null : output, error, attempts: 1 };
  }

  /** Keys in the order in which they were submitted. */
  get keys(): string[] {
    return this.submitted.map(({ key }) => key);
  }

  states(): Record<string, string> {
    const steps = this.run.nodes.flatMap(({ own, elements = [] }) => [own, ...elements]);
    return Object.fromEntries(steps.map(({ key, state }) => [key, state]));
  }
}
