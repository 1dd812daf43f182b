import { type AgentId, type FinalTaskState, type JsonValue, type TaskError, type TaskId } from '@baton/contracts';
import { endNode } from './end-node';
import { elementEnded } from './map-node';
import { type Turn } from './turn';
import { isActive, type NodeRun, type StepRun, wasStopped, type WorkflowRun } from './workflow-run';

/** How a task of the run ended; `key` is the key the task was submitted with. */
export interface TaskEndedEvent {
  readonly kind: 'task-ended';
  readonly key: string;
  readonly taskId: TaskId;
  readonly state: FinalTaskState;
  readonly output: JsonValue;
  readonly error: TaskError | null;
  readonly attempts: number;
  /** Who had it last. */
  readonly agent: { readonly id: AgentId; readonly name: string } | null;
  /** Cost units its agents reported, those of the tasks it spawned included; null: none did. */
  readonly cost: number | null;
  /** Tasks it spawned, at all levels. */
  readonly spawned: number;
}

/** W1 Only the task a step waits for can end it: duplicates and late results change nothing (I7, I9). */
export function applyTaskEnded(turn: Turn, event: TaskEndedEvent): void {
  const found = findStep(turn.run, event.key);
  if (!found || found.step.taskId !== event.taskId) return;
  const { nodeRun, step } = found;
  if (!isActive(step)) return keepLateReceipt(turn, step, event);
  step.attempts += event.attempts;
  if (event.state === 'completed') step.output = event.output;
  if (step === nodeRun.own) return endNode(turn, nodeRun, event.state, event.error);
  turn.end(step, event.state, event.error);
  nodeRun.active -= 1;
  elementEnded(turn, nodeRun, step);
}

/** W2 A step stopped with the run may have completed all the same: then a retry must not run it again (I9). */
function keepLateReceipt(turn: Turn, step: StepRun, event: TaskEndedEvent): void {
  if (!wasStopped(step) || event.state !== 'completed') return;
  step.attempts += event.attempts;
  step.output = event.output;
  turn.end(step, 'completed', null);
}

/** The step or element with this key, and its node. */
function findStep(run: WorkflowRun, key: string): { nodeRun: NodeRun; step: StepRun } | undefined {
  const bracket = key.indexOf('[');
  const index = run.graph.indexOf.get(bracket < 0 ? key : key.slice(0, bracket));
  const nodeRun = index === undefined ? undefined : run.nodes[index];
  if (!nodeRun) return undefined;
  const step = bracket < 0 ? nodeRun.own : nodeRun.elements?.[Number(key.slice(bracket + 1, -1))];
  return step && { nodeRun, step };
}
