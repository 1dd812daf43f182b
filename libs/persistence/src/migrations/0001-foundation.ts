import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The foundation. JSON that nobody queries is kept as text: it is passed on as it is, without parsing.
 * `seq` in tasks, workflows and agents is the number of the row's last audit entry, so that a gap shows (I2).
 */
export class Foundation1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [leases, audit, tasks, agents, workflows, accounts, routing]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}

/**
 * The epoch is part of a unique index, so a takeover (which changes it) waits for statements that hold `fence`
 * (key share), while a renewal (which does not) never does. I3.
 */
const leases = `
create table leases (
  name text primary key,
  epoch bigint not null,
  holder uuid not null,
  expires_at timestamptz not null,
  unique (name, epoch)
);
insert into leases values ('brain', 0, '00000000-0000-0000-0000-000000000000', '-infinity');

create function fence(held bigint) returns boolean language plpgsql as $$
begin
  perform 1 from leases where name = 'brain' and epoch = held for key share;
  if not found then
    raise exception 'epoch % is over', held using errcode = 'BT001';
  end if;
  return true;
end $$;`;

/** Append-only. `txid` orders entries for readers that must miss none (a number, as BRIN has no xid8): see the event feed. */
const audit = `
create table audit (
  subject text not null,
  subject_id uuid not null,
  seq int not null,
  from_state text,
  to_state text not null,
  attempt int not null default 0,
  agent_id uuid,
  actor text not null,
  reason text,
  details text,
  at timestamptz not null default clock_timestamp(),
  txid bigint not null default pg_current_xact_id()::text::bigint
) partition by range (at);
create index audit_subject on audit (subject_id, seq);
create index audit_txid on audit using brin (txid) with (pages_per_range = 16, autosummarize = on);
create table audit_rest partition of audit default;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit is append-only' using errcode = 'BT002';
end $$;
create trigger audit_append_only before update or delete on audit for each row execute function refuse_change();
-- Triggers on truncate are not inherited: each partition has its own.
create trigger audit_no_truncate before truncate on audit for each statement execute function refuse_change();
create trigger audit_no_truncate before truncate on audit_rest for each statement execute function refuse_change();

-- A month that has entries in the rest already stays there.
create function ensure_audit_partitions(months int) returns void language plpgsql as $$
declare
  first date;
  name text;
begin
  for n in 0..months loop
    first := (date_trunc('month', now() at time zone 'utc') + n * interval '1 month')::date;
    name := 'audit_' || to_char(first, 'YYYYMM');
    continue when to_regclass(name) is not null;
    begin
      execute format('create table %I partition of audit for values from (%L) to (%L)',
        name, first || ' 00:00:00+00', (first + interval '1 month')::date || ' 00:00:00+00');
      execute format('create trigger audit_no_truncate before truncate on %I
                      for each statement execute function refuse_change()', name);
    exception when check_violation or duplicate_table then null;
    end;
  end loop;
end $$;
select ensure_audit_partitions(2);`;

const tasks = `
create table tasks (
  id uuid primary key,
  capability text not null,
  priority smallint not null,
  rank bigint not null,
  state text not null,
  seq int not null default 1,
  attempt int not null default 0,
  failures int not null default 0,
  losses int not null default 0,
  token uuid,
  agent_id uuid,
  phase text,
  progress real,
  input text not null,
  output text,
  error text,
  options text,
  -- What few tasks have, for the few statements that look for them: null costs next to nothing.
  lane text generated always as (options::json ->> 'lane') stored,
  rate_key text generated always as (options::json ->> 'rateLimitKey') stored,
  optional text generated always as (options::json ->> 'optional') stored,
  timeout_ms int not null,
  max_retries int not null,
  run_at timestamptz,
  deadline timestamptz,
  target_agent_id uuid,
  idempotency_key text,
  workflow_id uuid,
  step_id text,
  traceparent text,
  created_by text not null,
  created_at timestamptz not null default now(),
  assigned_at timestamptz,
  attempt_deadline timestamptz,
  started_at timestamptz,
  finished_at timestamptz
) with (fillfactor = 70);
create index tasks_ready on tasks (capability, rank, id) where state = 'queued';
create index tasks_laned on tasks (capability, lane, rank, id) where state = 'queued' and lane is not null;
create index tasks_rated on tasks (assigned_at) where rate_key is not null;
create index tasks_optional on tasks (rank, id) where state = 'queued' and optional is not null;
create index tasks_targeted on tasks (target_agent_id) where state = 'queued' and target_agent_id is not null;
create index tasks_due on tasks (run_at) where state = 'scheduled';
create index tasks_backing_off on tasks (run_at) where state = 'queued' and run_at is not null;
create index tasks_deadline on tasks (deadline) where deadline is not null and finished_at is null;
create index tasks_held on tasks (agent_id) where state in ('assigned', 'running');
create index tasks_troubled on tasks (id) where state in ('failed', 'rejected');
create index tasks_of_workflow on tasks (workflow_id) where workflow_id is not null;
create unique index tasks_idempotency on tasks (idempotency_key) where idempotency_key is not null;`;

const agents = `
create table agents (
  id uuid primary key,
  name text not null,
  family text not null,
  incarnation int not null,
  version text not null,
  state text not null,
  seq int not null default 1,
  draining boolean not null default false,
  health smallint not null default 100,
  capabilities jsonb not null default '[]',
  tags text[] not null default '{}',
  host text not null,
  pid int not null,
  amqp_user text,
  concurrency int not null,
  prefetch int not null default 0,
  in_flight int not null default 0,
  resources jsonb not null default '{}',
  usage jsonb not null default '{}',
  stats jsonb not null default '{}',
  last_heartbeat_at timestamptz,
  registered_at timestamptz not null default now(),
  terminated_at timestamptz
);
create index agents_present on agents (family, name) where state <> 'terminated';
create index agents_by_name on agents (name, incarnation);

create table capabilities (
  name text not null,
  version text not null,
  family text not null,
  description text,
  input_schema text not null,
  output_schema text not null,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  primary key (name, version)
);`;

const workflows = `
create table workflows (
  id uuid primary key,
  name text not null,
  state text not null,
  seq int not null default 1,
  definition text not null,
  input text not null,
  output text,
  error text,
  progress text,
  created_by text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
create index workflows_active on workflows (id) where state in ('running', 'paused');

create table workflow_steps (
  workflow_id uuid not null references workflows,
  key text not null,
  step_id text not null,
  item_index int,
  state text not null,
  task_id uuid,
  attempts int not null default 0,
  output text,
  error text,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (workflow_id, key)
);

create table workflow_inbox (
  id bigint generated always as identity primary key,
  workflow_id uuid not null references workflows,
  kind text not null,
  payload text,
  actor text not null,
  created_at timestamptz not null default now()
);`;

const accounts = `
create table users (
  id uuid primary key,
  username text not null unique,
  password_hash text not null,
  roles text[] not null,
  disabled boolean not null default false,
  created_at timestamptz not null default now()
);
create table signing_keys (
  kid text primary key,
  private_jwk text not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
create table refresh_tokens (
  id uuid primary key,
  user_id uuid not null references users,
  family_id uuid not null,
  token_hash text not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index refresh_tokens_of_family on refresh_tokens (family_id);`;

/** How agents do. Metrics are kept in buckets of several widths (seconds), added to by the brain. */
const routing = `
create table breakers (
  agent_id uuid not null,
  capability text not null,
  state text not null,
  openings int not null,
  reason text not null,
  next_probe_at timestamptz,
  changed_at timestamptz not null default now(),
  primary key (agent_id, capability)
);

create table agent_metrics (
  width int not null,
  bucket timestamptz not null,
  agent_id uuid not null,
  agent_name text not null,
  capability text not null,
  attempts int not null,
  completed int not null,
  failed int not null,
  run_ms double precision not null,
  ewma_ms double precision,
  durations int[] not null,
  errors jsonb not null,
  primary key (width, bucket, agent_id, capability)
) with (fillfactor = 70);
create index agent_metrics_of_agent on agent_metrics (agent_id, width, bucket);

create function add_counts(one int[], other int[]) returns int[] language sql immutable as $$
  select coalesce(array_agg(coalesce(a, 0) + coalesce(b, 0) order by n), '{}')
    from unnest(one, other) with ordinality x (a, b, n)
$$;
create aggregate sum_counts(int[]) (sfunc = add_counts, stype = int[], initcond = '{}');

-- The twenty most frequent: an agent that makes up a code for each error must not fill the table.
create function add_errors(one jsonb, other jsonb) returns jsonb language sql immutable as $$
  select case when other = '{}' then one else (
    select jsonb_object_agg(code, count) from (
      select key as code, sum(value::int) as count
        from (select * from jsonb_each(one) union all select * from jsonb_each(other)) x
       group by key order by sum(value::int) desc, key limit 20) top) end
$$;
create aggregate sum_errors(jsonb) (sfunc = add_errors, stype = jsonb, initcond = '{}');`;
