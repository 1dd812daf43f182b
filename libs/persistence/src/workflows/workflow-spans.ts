import { type AgentId, type PhaseTimes, type ResultQuality, type TaskError, type TaskState } from '@baton/contracts';
import { type RunTask, type TaskAttempt } from '@baton/engine';
import { type Sql, statement } from '../sql';

interface TaskRow {
  readonly id: string;
  readonly stepKey: string;
  readonly parentId: string | null;
  readonly capability: string;
  readonly state: TaskState;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly attemptCount: number;
  readonly cost: number | null;
  readonly quality: string | null;
  readonly error: string | null;
  /** When what it followed at its agent ended: its turn came then, and before that nothing held it up. */
  readonly waitedUntil: Date | null;
}
interface MoveRow {
  readonly taskId: string;
  readonly to: TaskState;
  readonly agentId: AgentId;
  readonly agentName: string | null;
  readonly at: Date;
  readonly details: string | null;
}

// What was taken back before its turn came did nothing: its step has another task.
const tree = `with recursive tree as (
     select t.id, t.step_id from tasks t
      where t.workflow_id = $1 and t.step_id is not null and not (t.follows is not null and t.state = 'canceled' and
            exists (select 1 from workflow_steps s where s.workflow_id = $1 and s.key = t.step_id and s.task_id <> t.id))
     union all
     select c.id, tree.step_id from tree join tasks c on c.parent_id = tree.id
   )`;
const TASKS = statement(
  'workflow-tasks',
  `${tree}
   select t.id, tree.step_id as "stepKey", t.parent_id as "parentId", t.capability, t.state, t.created_at as "createdAt",
          t.finished_at as "finishedAt", t.attempt as "attemptCount", t.cost, t.quality, t.error,
          p.finished_at as "waitedUntil"
     from tree join tasks t on t.id = tree.id left join tasks p on p.id = t.follows
    order by t.created_at, t.id`,
);
// The beginnings of attempts, and their ends.
const MOVES = statement(
  'workflow-attempts',
  `${tree}
   select a.subject_id as "taskId", a.to_state as "to", a.agent_id as "agentId", g.name as "agentName", a.at,
          case when a.to_state <> 'assigned' then a.details end as details
     from tree join audit a on a.subject_id = tree.id and a.subject = 'task' left join agents g on g.id = a.agent_id
    where a.agent_id is not null
      and (a.to_state = 'assigned' or (a.from_state in ('assigned', 'running') and a.to_state <> 'running'))
    order by a.subject_id, a.seq`,
);

/** Every task the workflow has had, retries of steps and spawned ones included, with their attempts from the audit. */
export async function loadRunTasks(sql: Sql, workflowId: string): Promise<RunTask[]> {
  const tasks = await sql.run<TaskRow>(TASKS, [workflowId]);
  const attemptsOf = attemptsByTask(await sql.run<MoveRow>(MOVES, [workflowId]));
  return tasks.map(({ quality, error, waitedUntil, ...task }) => ({
    ...task,
    createdAt: later(task.createdAt, waitedUntil),
    attempts: begunAfter(waitedUntil, attemptsOf.get(task.id) ?? []),
    quality: quality === null ? null : (JSON.parse(quality) as ResultQuality),
    error: error === null ? null : (JSON.parse(error) as TaskError),
  }));
}

function begunAfter(waitedUntil: Date | null, attempts: readonly TaskAttempt[]): readonly TaskAttempt[] {
  const [first, ...others] = attempts;
  return first ? [{ ...first, assignedAt: later(first.assignedAt, waitedUntil) }, ...others] : attempts;
}

function later(time: Date, other: Date | null): Date {
  return other !== null && other > time ? other : time;
}

function attemptsByTask(moves: readonly MoveRow[]): Map<string, TaskAttempt[]> {
  const attempts = new Map<string, TaskAttempt[]>();
  for (const { taskId, to, agentId, agentName, at, details } of moves) {
    const own = attempts.get(taskId) ?? [];
    attempts.set(taskId, own);
    const open = own.at(-1);
    if (to === 'assigned') {
      const begun = { agentId, agentName, assignedAt: at, endedAt: null, outcome: null, errorCode: null, phases: null };
      own.push(begun);
    } else if (open?.endedAt === null) {
      own[own.length - 1] = { ...open, endedAt: at, outcome: to, ...endOf(details) };
    }
  }
  return attempts;
}

function endOf(details: string | null): Pick<TaskAttempt, 'errorCode' | 'phases'> {
  const { phases = null, error } = JSON.parse(details ?? '{}') as { phases?: PhaseTimes; error?: TaskError | null };
  return { errorCode: error?.code ?? null, phases };
}
