import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What workflows of many patterns need besides their steps: definitions, timers, signals, spawned tasks, webhooks. */
export class Workflows1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [definitions, runs, keys, spawning, sequences]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}

/** A definition never changes: a change is the next version. */
const definitions = `
create table workflow_definitions (
  name text not null,
  version int not null,
  document text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (name, version)
);`;

/**
 * `definitions`: those a run uses, as they were when it was created. `signals`: sent and not yet waited for. `spent`:
 * of the budget. `memo`: what a wait or a pattern must know again after a restart. All JSON text.
 */
const runs = `
alter table workflows
  add column definitions text,
  add column signals text,
  add column spent text,
  add column wake_at timestamptz;
create index workflows_due on workflows (wake_at) where wake_at is not null;
alter table workflow_steps
  add column cost float8,
  add column memo text;`;

/** Keys that clients gave to what they asked of a run, so that asking again does it no second time. */
const keys = `
create table workflow_keys (
  workflow_id uuid not null references workflows,
  key text not null,
  -- Of what was asked: another request under the same key is refused.
  fingerprint text not null,
  created_at timestamptz not null default now(),
  primary key (workflow_id, key)
);`;

/**
 * A task that waits for those it spawned holds no slot: `awaiting` is the key of the batch it waits for, `batches` how
 * many tasks each of its batches has (JSON text). A spawned task has its place in its batch; without a key it was
 * given up, because its parent was tried again and will have another in its place.
 */
const spawning = `
alter table tasks
  add column parent_id uuid,
  add column spawn_key text,
  add column spawn_index int,
  add column depth int not null default 0,
  add column awaiting text,
  add column batches text,
  add column spread_key text generated always as (options::json ->> 'spreadKey') stored,
  add column cost float8,
  add column quality text;
create unique index tasks_of_parent on tasks (parent_id, spawn_key, spawn_index) where parent_id is not null;
create index tasks_spawned_open on tasks (parent_id) where parent_id is not null and finished_at is null;
create index tasks_waiting on tasks (id) where state = 'waiting';
create index tasks_spread on tasks (spread_key) where spread_key is not null;`;

/** `follows`: the task whose end at the same agent this one waited for; an agent that `sequences` can wait so. */
const sequences = `
alter table tasks add column follows uuid;
alter table agents add column sequences boolean not null default false;`;
