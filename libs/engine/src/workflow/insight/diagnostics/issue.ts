import { type JsonObject } from '@baton/contracts';
import { type RunEstimate } from '../../progress/progress';
import { type WorkflowRun } from '../../run/workflow-run';
import { type RunTask } from '../results/run-task';

export const issueCodes = [
  'stuck',
  'paused',
  'no-capable-agent',
  'open-breaker',
  'starved',
  'waiting-for-signal',
  'failing-step',
  'expression-failed',
  'failing-agent',
  'retry-storm',
  'slow-step',
  'unbalanced',
  'deadline',
  'budget',
] as const;
type IssueCode = (typeof issueCodes)[number];

/** The worst first. `info`: it is as the document or somebody wants it, and the run waits all the same. */
export const severities = ['error', 'warning', 'info'] as const;
type Severity = (typeof severities)[number];

/** Something of a run that somebody may want to do something about. */
export interface Issue {
  readonly code: IssueCode;
  readonly severity: Severity;
  /** Without what is in brackets: elements count together; null: it is about the run. */
  readonly step: string | null;
  readonly message: string;
  /** Numbers and names that show it. */
  readonly evidence: JsonObject;
  /** The call or field that helps. */
  readonly remedy: string;
}

/** Why a task that waits does. */
export interface WaitReason {
  readonly what: string;
  readonly detail: string;
}

/** Somebody who has slots for a capability: a workflow, or null for tasks of none. */
export interface SlotHolder {
  readonly capability: string;
  readonly workflowId: string | null;
  readonly workflow: string | null;
  readonly tasks: number;
}

interface BreakerFact {
  readonly agentId: string;
  readonly agentName: string;
  readonly capability: string;
  readonly reason: string;
  readonly nextProbeAt: Date | null;
}

/** What a run is judged by. */
export interface DiagnosisFacts {
  readonly run: WorkflowRun;
  readonly tasks: readonly RunTask[];
  readonly now: Date;
  /** Of tasks that wait, by their ids; those that are not in it wait for the same as others of their step. */
  readonly waiting: ReadonlyMap<string, WaitReason>;
  /** Slots of the agents that are present, by capability. */
  readonly slots: ReadonlyMap<string, number>;
  readonly holders: readonly SlotHolder[];
  /** Those that are open. */
  readonly breakers: readonly BreakerFact[];
  /** Milliseconds that tasks of a step took in earlier runs of the same name; steps without what is in brackets. */
  readonly usual: ReadonlyMap<string, readonly number[]>;
  readonly estimate: RunEstimate | null;
  /** Whether any orchestrator is the brain. */
  readonly hasBrain: boolean;
  /** A task that waits for a place as long as this starves. */
  readonly starvedAfterMs: number;
}

export type Rule = (facts: DiagnosisFacts) => Issue[];
