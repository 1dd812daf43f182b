import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Channels, mailboxes and dead letters: what messages between agents and services need to be kept. */
export class Messages1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [deadLetters, channels]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}

/**
 * Copies of what was refused on the wire. `fingerprint` makes a letter that is delivered again the same letter;
 * `copies` counts those that are alike in every byte. Headers are JSON text: they are passed on, never queried.
 * Rows come and go in floods, so the table is vacuumed early.
 */
const deadLetters = `
create table dead_letters (
  id uuid not null,
  fingerprint uuid not null unique,
  copies int not null,
  at timestamptz not null,
  reason_code text not null,
  reason text not null,
  origin_queue text not null,
  exchange text not null,
  routing_key text not null,
  message_id text,
  type text,
  source text,
  amqp_user text,
  headers text not null,
  content_type text,
  content bytea not null,
  size int not null,
  deliveries int,
  stored_at timestamptz not null default now(),
  replays int not null default 0,
  replayed_at timestamptz,
  replayed_to text,
  replayed_by text,
  primary key (id) include (size)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
create index dead_letters_at on dead_letters (at);
create index dead_letters_by_reason on dead_letters (reason_code, id);
create index dead_letters_by_type on dead_letters (type, id);
create index dead_letters_by_origin on dead_letters (origin_queue, id);`;

/**
 * Who says what to whom. Members and mailboxes are names: they stay the same over restarts. What is to be taken from
 * the broker again stands in `mailbox_leftovers` until that is done: a channel, or (null) the mailbox itself.
 */
const channels = `
create table channels (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  seq int not null default 1,
  description text,
  types text not null,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp()
);
create table channel_members (
  channel text not null references channels (name) on delete cascade,
  member text not null,
  durable boolean not null,
  joined_at timestamptz not null default clock_timestamp(),
  primary key (channel, member)
);
create index channel_members_of on channel_members (member, channel);

create table mailboxes (
  address text primary key,
  id uuid not null unique default gen_random_uuid(),
  opened_by text not null,
  opened_at timestamptz not null default clock_timestamp()
);
create table mailbox_leftovers (
  id bigint generated always as identity primary key,
  address text not null,
  channel text,
  discard boolean not null default false
);
create index mailbox_leftovers_of on mailbox_leftovers (address);`;
