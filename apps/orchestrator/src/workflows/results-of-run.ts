import { type AgentId, type WorkflowId, type WorkflowState } from '@baton/contracts';
import { type TaskSpan } from '@baton/persistence';

/** Times in milliseconds. A mean over nothing is null. */
interface StepFigures {
  readonly id: string;
  readonly tasks: number;
  readonly completed: number;
  readonly failed: number;
  readonly attempts: number;
  /** From submission to the assignment of the last attempt. */
  readonly meanWaitMs: number | null;
  /** From there to the recorded end. */
  readonly meanWorkMs: number | null;
}
interface AgentContribution {
  readonly agentId: AgentId;
  readonly name: string | null;
  readonly tasks: number;
  readonly completed: number;
  readonly failed: number;
  readonly workMs: number;
}
export interface WorkflowResults {
  readonly id: WorkflowId;
  readonly state: WorkflowState;
  readonly durationMs: number | null;
  readonly tasks: {
    readonly total: number;
    readonly completed: number;
    readonly failed: number;
    readonly canceled: number;
  };
  /** Completed of those that ended. */
  readonly successRate: number | null;
  readonly attempts: number;
  /** Completed tasks per second of the run's duration. */
  readonly throughputPerSecond: number | null;
  /** Sum of the times tasks were with agents. */
  readonly workMs: number;
  /** Time of the run during which no agent had any of its tasks: waiting, dispatching, recording. */
  readonly outsideAgentsMs: number | null;
  /** How many tasks were with agents at once, on average. */
  readonly meanParallelism: number | null;
  readonly steps: readonly StepFigures[];
  readonly agents: readonly AgentContribution[];
}
export interface ResultsHead {
  readonly id: WorkflowId;
  readonly state: WorkflowState;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** What the tasks of a run tell, at `now` for one that still runs. Earlier attempts count as waiting. Pure. */
export function resultsOfRun(head: ResultsHead, spans: readonly TaskSpan[], now: Date): WorkflowResults {
  const durationMs = head.startedAt && (head.finishedAt ?? now).getTime() - head.startedAt.getTime();
  const works = spans.flatMap((span) => workOf(span, now) ?? []);
  const workMs = sum(works.map(({ from, to }) => to - from));
  const tasks = countStates(spans);
  const ended = tasks.completed + tasks.failed + tasks.canceled;
  const perDuration = (amount: number): number | null => (durationMs ? amount / durationMs : null);
  return {
    id: head.id,
    state: head.state,
    durationMs,
    tasks,
    successRate: ended === 0 ? null : tasks.completed / ended,
    attempts: sum(spans.map((span) => span.attempts)),
    throughputPerSecond: perDuration(tasks.completed * 1000),
    workMs,
    outsideAgentsMs: durationMs === null ? null : Math.max(0, durationMs - covered(works)),
    meanParallelism: perDuration(workMs),
    steps: grouped(spans, stepIdOf).map(([id, group]) => stepFigures(id, group)),
    agents: grouped(spans, (span) => span.agentId).map(([id, group]) => contribution(id, group, now)),
  };
}

interface Interval {
  readonly from: number;
  readonly to: number;
}

function workOf({ assignedAt, finishedAt }: TaskSpan, now: Date): Interval | undefined {
  return assignedAt ? { from: assignedAt.getTime(), to: (finishedAt ?? now).getTime() } : undefined;
}

/** How much time the intervals cover together. */
function covered(intervals: readonly Interval[]): number {
  let end = -Infinity;
  let total = 0;
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    total += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return total;
}

function countStates(spans: readonly TaskSpan[]): WorkflowResults['tasks'] {
  const of = (...states: string[]): number => spans.filter(({ state }) => states.includes(state)).length;
  return {
    total: spans.length,
    completed: of('completed'),
    failed: of('failed', 'rejected'),
    canceled: of('canceled'),
  };
}

function stepIdOf({ stepKey }: TaskSpan): string {
  const bracket = stepKey.indexOf('[');
  return bracket < 0 ? stepKey : stepKey.slice(0, bracket);
}

function stepFigures(id: string, spans: readonly TaskSpan[]): StepFigures {
  const { total, completed, failed } = countStates(spans);
  const waits = spans.flatMap(({ createdAt, assignedAt }) =>
    assignedAt ? assignedAt.getTime() - createdAt.getTime() : [],
  );
  const works = spans.flatMap(({ assignedAt, finishedAt }) =>
    assignedAt && finishedAt ? finishedAt.getTime() - assignedAt.getTime() : [],
  );
  const attempts = sum(spans.map((span) => span.attempts));
  return { id, tasks: total, completed, failed, attempts, meanWaitMs: mean(waits), meanWorkMs: mean(works) };
}

function contribution(agentId: AgentId, spans: readonly TaskSpan[], now: Date): AgentContribution {
  const { total, completed, failed } = countStates(spans);
  const workMs = sum(spans.flatMap((span) => workOf(span, now) ?? []).map(({ from, to }) => to - from));
  return { agentId, name: spans[0]?.agentName ?? null, tasks: total, completed, failed, workMs };
}

function grouped<Key>(spans: readonly TaskSpan[], keyOf: (span: TaskSpan) => Key | null): [Key, TaskSpan[]][] {
  const groups = new Map<Key, TaskSpan[]>();
  for (const span of spans) {
    const key = keyOf(span);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(span);
    else groups.set(key, [span]);
  }
  return [...groups];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}
