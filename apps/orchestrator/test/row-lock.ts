import { eventually } from '@baton/testing';
import { Client } from 'pg';

const WAITING = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;

/** Holds the row of a task, so that a test decides what happens while others wait for it. */
export async function holdTask(
  databaseUrl: string,
  taskId: string,
  work: (waiters: (count: number) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select 1 from baton.tasks where id = $1 for update', [taskId]);
    const waiters = (count: number): Promise<unknown> =>
      eventually(async () => (await client.query(WAITING)).rowCount === count, { timeoutMs: 20_000 });
    await work(waiters);
    await client.query('commit');
  } finally {
    await client.end();
  }
}
