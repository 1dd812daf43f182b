import { finalTaskStates, taskStates } from '@baton/contracts';
import { taskTransitions } from '@baton/engine';
import { type Sql, statement, type Statement } from '../sql';

/** Rows that contradict an invariant; none are good. */
export interface Violation {
  readonly invariant: string;
  /** What must hold. */
  readonly rule: string;
  /** How many rows break it. */
  readonly count: number;
  /** Up to ten of them. */
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

interface Rule {
  readonly invariant: string;
  readonly rule: string;
  readonly query: Statement;
}

const finals = finalTaskStates.map((state) => `'${state}'`).join(', ');
const legal = [
  ...taskTransitions.birth.map((to) => `('', '${to}')`),
  ...taskStates.flatMap((from) => taskTransitions[from].map((to) => `('${from}', '${to}')`)),
].join(', ');

const rules: readonly Rule[] = [
  {
    invariant: 'I1',
    rule: 'a final state is entered once between two requests of a person',
    query: statement(
      'invariant-one-final',
      `select subject_id as task, seq, from_state as "from", to_state as "to" from audit
        where subject = 'task' and from_state in (${finals}) and not (to_state = 'queued' and actor not like 'orchestrator%' and actor not like 'agent:%')`,
    ),
  },
  {
    invariant: 'I1',
    rule: 'a task has an end exactly when its state is final',
    query: statement(
      'invariant-finished',
      `select id as task, state, finished_at as "finishedAt" from tasks
        where (finished_at is not null) <> (state in (${finals}))`,
    ),
  },
  {
    invariant: 'I2',
    rule: 'the audit of a task has no gap and no double entry, and ends with its state',
    query: statement(
      'invariant-gapless',
      `select t.id as task, t.seq, t.state, count(a.seq) as entries, max(a.seq) as "lastSeq"
         from tasks t left join audit a on a.subject = 'task' and a.subject_id = t.id
        group by t.id
       having count(a.seq) <> t.seq or count(distinct a.seq) <> t.seq or max(a.seq) is distinct from t.seq
           or (array_agg(a.to_state order by a.seq desc))[1] is distinct from t.state`,
    ),
  },
  {
    invariant: 'I2',
    rule: 'every entry continues where the one before ended',
    query: statement(
      'invariant-chain',
      `select task, seq, "from", before from (
         select subject_id as task, seq, from_state as "from",
                lag(to_state) over (partition by subject_id order by seq) as before
           from audit where subject = 'task') chain
        where "from" is distinct from before`,
    ),
  },
  {
    invariant: 'I2',
    rule: 'only legal transitions happen',
    query: statement(
      'invariant-legal',
      `select subject_id as task, seq, from_state as "from", to_state as "to" from audit
        where subject = 'task' and (coalesce(from_state, ''), to_state) not in (${legal})`,
    ),
  },
  {
    invariant: 'I3',
    rule: 'no attempt ends more than once',
    query: statement(
      'invariant-one-end',
      `select subject_id as task, attempt, count(*) as ends from audit
        where subject = 'task' and from_state in ('assigned', 'running') and to_state <> 'running'
        group by 1, 2 having count(*) > 1`,
    ),
  },
  {
    invariant: 'I4',
    rule: 'whoever holds a task can be found: assigned and running have agent, token and deadline; scheduled has a time',
    query: statement(
      'invariant-owned',
      `select id as task, state, agent_id as agent from tasks
        where (state in ('assigned', 'running') and (agent_id is null or token is null or attempt_deadline is null))
           or (state = 'scheduled' and run_at is null)`,
    ),
  },
  {
    invariant: 'I4',
    rule: 'no attempt is overdue by more than a minute',
    query: statement(
      'invariant-overdue',
      `select id as task, state, attempt_deadline as deadline from tasks
        where state in ('assigned', 'running') and attempt_deadline < clock_timestamp() - interval '1 minute'`,
    ),
  },
  {
    invariant: 'I9',
    rule: 'a step of a workflow completes at most once',
    query: statement(
      'invariant-receipts',
      `select workflow_id as workflow, step_id as step, count(*) as receipts from tasks
        where workflow_id is not null and state = 'completed' group by 1, 2 having count(*) > 1`,
    ),
  },
  {
    invariant: 'I9',
    rule: 'a workflow that ended has nothing under way',
    query: statement(
      'invariant-workflow-over',
      `select t.id as task, t.state, w.id as workflow, w.state as "workflowState" from tasks t
         join workflows w on w.id = t.workflow_id
        where w.finished_at is not null and t.finished_at is null`,
    ),
  },
];

const EXAMPLES = 10;

/** Proves the invariants of tasks and workflows from what the database holds. Reads everything: not for a busy hour. */
export async function checkInvariants(sql: Sql): Promise<{ checked: number; violations: Violation[] }> {
  const violations: Violation[] = [];
  for (const { invariant, rule, query } of rules) {
    const rows = await sql.run<Record<string, unknown>>(query);
    if (rows.length === 0) continue;
    violations.push({ invariant, rule, count: rows.length, examples: rows.slice(0, EXAMPLES) });
  }
  return { checked: rules.length, violations };
}
