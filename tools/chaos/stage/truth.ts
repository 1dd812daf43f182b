import { checkInvariants, Database, statement, type Violation } from '@baton/persistence';

/** What the database holds, read by a connection of the suite's own that no fault touches but the database's death. */
export class Truth {
  private readonly database: Database;

  constructor(url: string) {
    this.database = new Database({
      url,
      name: 'chaos',
      connections: 2,
      answerWithinMs: 60_000,
      onConnectionLost: () => undefined,
    });
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** The number of the brain's term of office. */
  async epoch(): Promise<number> {
    const [row] = await this.database.run<{ epoch: number }>(EPOCH);
    return row?.epoch ?? 0;
  }

  /** The id under which this process works as an agent now. */
  async agentId(name: string, pid: number): Promise<string | undefined> {
    const [row] = await this.database.run<{ id: string }>(AGENT, [name, pid]);
    return row?.id;
  }

  async heldBy(agentId: string): Promise<number> {
    const [row] = await this.database.run<{ held: number }>(HELD, [agentId]);
    return row?.held ?? 0;
  }

  /** Tasks and workflows that have not ended; a workflow nobody started waits for nothing. */
  async open(): Promise<OpenWork[]> {
    return this.database.run<OpenWork & Record<string, unknown>>(OPEN);
  }

  /** What became of the tasks an agent had at that moment. */
  async moved(agentId: string, at: Date): Promise<Moved[]> {
    return this.database.run<Moved & Record<string, unknown>>(MOVED, [agentId, at]);
  }

  /** The first attempt given out from then on that ended well; undefined when there was none. */
  async firstDispatch(from: Date): Promise<Date | undefined> {
    const [row] = await this.database.run<{ at: Date }>(FIRST_DISPATCH, [from]);
    return row?.at;
  }

  /** The tasks of the sender's log as they are now, those that are missing left out. */
  async ends(ids: readonly string[]): Promise<TaskEnd[]> {
    return this.database.run<TaskEnd & Record<string, unknown>>(ENDS, [ids]);
  }

  async workflowEnds(ids: readonly string[]): Promise<WorkflowEnd[]> {
    return this.database.run<WorkflowEnd & Record<string, unknown>>(WORKFLOWS, [ids]);
  }

  async violations(): Promise<Violation[]> {
    return (await checkInvariants(this.database)).violations;
  }
}

export interface OpenWork {
  readonly subject: 'task' | 'workflow';
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly runAt: Date | null;
}
export interface Moved {
  readonly task: string;
  /** `queued` when it was taken from the agent, else how the agent ended it after all. */
  readonly next: string;
  /** When it was given out again. */
  readonly again: Date | null;
}
export interface TaskEnd {
  readonly id: string;
  readonly state: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly losses: number;
  /** How often its audit enters a final state. */
  readonly ends: number;
}
export interface WorkflowEnd {
  readonly id: string;
  readonly state: string;
  readonly output: string | null;
}
const finals = `('completed', 'failed', 'canceled', 'rejected')`;
const EPOCH = statement('chaos-epoch', `select epoch::float8 as epoch from leases where name = 'brain'`);
const AGENT = statement(
  'chaos-agent',
  `select id from agents where name = $1 and pid = $2 and state <> 'terminated' order by registered_at desc limit 1`,
);
const HELD = statement(
  'chaos-held',
  `select count(*)::int as held from tasks where agent_id = $1 and state in ('assigned', 'running')`,
);
const OPEN = statement(
  'chaos-open',
  `select 'task' as subject, id, state, attempt, run_at as "runAt" from tasks where state not in ${finals}
    union all
   select 'workflow', id, state, 0, null from workflows where finished_at is null and state <> 'created'`,
);
const MOVED = statement(
  'chaos-moved',
  `select held.subject_id as task, ended.to_state as next, again.at as again
     from audit held
     cross join lateral (select e.to_state, e.at, e.seq from audit e
            where e.subject = 'task' and e.subject_id = held.subject_id and e.seq > held.seq and e.to_state <> 'running'
            order by e.seq limit 1) ended
     left join lateral (select n.at from audit n
            where n.subject = 'task' and n.subject_id = held.subject_id and n.seq > ended.seq and n.to_state = 'assigned'
            order by n.seq limit 1) again on true
    where held.subject = 'task' and held.to_state = 'assigned' and held.agent_id = $1 and held.at < $2 and ended.at >= $2`,
);
const FIRST_DISPATCH = statement(
  'chaos-first-dispatch',
  `select a.at from audit a
    where a.subject = 'task' and a.to_state = 'assigned' and a.at >= $1
      and exists (select 1 from audit e where e.subject = 'task' and e.subject_id = a.subject_id and e.seq > a.seq
                     and e.attempt = a.attempt and e.to_state = 'completed')
    order by a.at limit 1`,
);
const ENDS = statement(
  'chaos-ends',
  `select t.id, t.state, t.output, t.error, t.losses,
          (select count(*)::int from audit a
            where a.subject = 'task' and a.subject_id = t.id and a.to_state in ${finals}) as ends
     from tasks t where t.id = any($1::uuid[])`,
);
const WORKFLOWS = statement('chaos-workflows', `select id, state, output from workflows where id = any($1::uuid[])`);
