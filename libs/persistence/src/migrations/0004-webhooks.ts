import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Who is told of events over HTTP, and what was told. */
export class Webhooks1700000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [webhooks, deliveries, estimates]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}

/** `position`: everything of the event feed up to this sequence number has become deliveries. */
const webhooks = `
create table webhooks (
  id uuid primary key,
  url text not null,
  events text[] not null,
  workflow_id uuid,
  secret text not null,
  position bigint not null,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  disabled_at timestamptz,
  disabled_reason text
);`;

/** What a webhook is to be told, kept until it has been, or for as long as it is tried. */
const deliveries = `
create table webhook_deliveries (
  id uuid primary key,
  webhook_id uuid not null references webhooks on delete cascade,
  type text not null,
  payload text not null,
  state text not null,
  attempts int not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp(),
  last_attempt_at timestamptz,
  last_status int,
  last_error text,
  ended_at timestamptz
);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, due_at) where state = 'pending';
create index webhook_deliveries_of on webhook_deliveries (webhook_id, id);
create index webhook_deliveries_ended on webhook_deliveries (ended_at) where ended_at is not null;`;

/** When a run will end, as the brain last estimated it, with the steps it was at: JSON text. News, not a fact. */
const estimates = `
alter table workflows add column estimate text;
create index workflows_completed_by_name on workflows (name, id) where state = 'completed';`;
