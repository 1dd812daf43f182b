import {
  type AgentId,
  type ResultQuality,
  type Task,
  type TaskChildren,
  type TaskError,
  type TaskId,
  type TaskPhase,
} from '@baton/contracts';
import { type JsonValue, type TaskState, type WorkflowId } from '@baton/contracts';
import { readTaskOptions, type TaskOptions } from '../tasks/task-options';

/** What a task's row reads as; JSON is text. */
export interface TaskRow {
  readonly id: TaskId;
  readonly capability: string;
  readonly priority: number;
  readonly state: TaskState;
  readonly attempt: number;
  readonly agentId: AgentId | null;
  readonly phase: TaskPhase | null;
  readonly progress: number | null;
  readonly input: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly options: string | null;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly runAt: Date | null;
  readonly deadline: Date | null;
  readonly targetAgentId: AgentId | null;
  readonly idempotencyKey: string | null;
  readonly workflowId: WorkflowId | null;
  readonly stepId: string | null;
  readonly parentId: TaskId | null;
  readonly depth: number;
  readonly awaiting: string | null;
  readonly children: TaskChildren | null;
  readonly cost: number | null;
  readonly quality: string | null;
  readonly createdAt: Date;
  readonly assignedAt: Date | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export const taskColumns = `id, capability, priority, state, attempt, agent_id as "agentId", phase, progress, input, output,
  error, options, timeout_ms as "timeoutMs", max_retries as "maxRetries", run_at as "runAt", deadline,
  target_agent_id as "targetAgentId", idempotency_key as "idempotencyKey", workflow_id as "workflowId",
  step_id as "stepId", parent_id as "parentId", depth, awaiting, cost, quality, case when batches is not null then (
    select json_build_object('total', count(*), 'open', count(*) filter (where c.finished_at is null),
             'completed', count(*) filter (where c.state = 'completed'),
             'failed', count(*) filter (where c.state in ('failed', 'canceled', 'rejected')))
      from tasks c where c.parent_id = tasks.id and c.spawn_key is not null) end as children, created_at as "createdAt", assigned_at as "assignedAt", started_at as "startedAt",
  finished_at as "finishedAt"`;

type TaskHead = Omit<Task, 'input' | 'output' | 'error'>;

/** A row as the contract's Task. */
export function toTask(row: TaskRow): Task {
  return {
    ...head(row),
    input: JSON.parse(row.input) as JsonValue,
    output: row.output === null ? null : (JSON.parse(row.output) as JsonValue),
    error: row.error === null ? null : (JSON.parse(row.error) as TaskError),
  };
}

/** The same as JSON text: what is JSON text already is put in as it is, never parsed. */
export function toTaskJson(row: TaskRow): string {
  const { input, output, error } = row;
  return `${JSON.stringify(head(row)).slice(0, -1)},"input":${input},"output":${output ?? 'null'},"error":${error ?? 'null'}}`;
}

function head(row: TaskRow): TaskHead {
  return {
    id: row.id,
    capability: row.capability,
    state: row.state,
    phase: row.phase,
    progress: row.progress,
    attempt: row.attempt,
    agentId: row.agentId,
    priority: row.priority,
    timeoutSeconds: row.timeoutMs / 1000,
    maxRetries: row.maxRetries,
    runAt: iso(row.runAt),
    deadline: iso(row.deadline),
    targetAgentId: row.targetAgentId,
    idempotencyKey: row.idempotencyKey,
    parentId: row.parentId,
    depth: row.depth,
    awaiting: row.awaiting,
    children: row.children,
    cost: row.cost,
    quality: row.quality === null ? null : (JSON.parse(row.quality) as ResultQuality),
    ...(row.options === null ? NO_OPTIONS : shownOptions(readTaskOptions(row.options))),
    workflowId: row.workflowId,
    stepId: row.stepId,
    createdAt: row.createdAt.toISOString(),
    assignedAt: iso(row.assignedAt),
    startedAt: iso(row.startedAt),
    finishedAt: iso(row.finishedAt),
  };
}

function shownOptions(options: TaskOptions) {
  const { version = null, tags = [], resources = null, fallback = [], optional = false, metadata = {} } = options;
  const { spawning = null } = options;
  return { version, tags, resources, fallback, optional, spawning, metadata, ...shownKeys(options) };
}

function shownKeys(options: TaskOptions) {
  const {
    retry = null,
    concurrencyKey = null,
    concurrencyLimit = null,
    rateLimitKey = null,
    rateLimit = null,
    spreadKey = null,
  } = options;
  return { retry, concurrencyKey, concurrencyLimit, rateLimitKey, rateLimit, spreadKey };
}

const NO_OPTIONS = shownOptions({});

function iso(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
