import { closeSync, openSync, writeSync } from 'node:fs';
import { type Expectation } from './task-mix';

/** One line of the sender's own log: what a door accepted, written before anything else is done about it. */
export interface AcceptedTask {
  readonly kind: 'task';
  readonly id: string;
  readonly key: string;
  readonly expect: Expectation;
  readonly capability: string;
  readonly input: unknown;
}
export interface AcceptedWorkflow {
  readonly kind: 'workflow';
  readonly id: string;
  /** What it must give. */
  readonly output: unknown;
}

/** The sender's memory, kept apart from the mesh: a file with one line for each acceptance. */
export class SenderLog {
  readonly tasks: AcceptedTask[] = [];
  readonly workflows: AcceptedWorkflow[] = [];
  private readonly descriptor: number;

  constructor(readonly file: string) {
    this.descriptor = openSync(file, 'a');
  }

  add(accepted: AcceptedTask | AcceptedWorkflow): void {
    writeSync(this.descriptor, `${JSON.stringify(accepted)}\n`);
    if (accepted.kind === 'task') this.tasks.push(accepted);
    else this.workflows.push(accepted);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
