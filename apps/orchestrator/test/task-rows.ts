import { type Database, statement } from '@baton/persistence';

interface Entry {
  readonly from: string | null;
  readonly to: string;
  readonly attempt: number;
  readonly agentId: string | null;
  readonly seq: number;
}

/** Everything in the audit about one subject: its id, its kind. */
export const HISTORY = statement(
  'test-history',
  `select from_state as "from", to_state as "to", attempt, agent_id as "agentId", seq from audit
    where subject = $2 and subject_id = $1 order by seq`,
);
export const TASK = statement('test-task', 'select state, output, error, attempt, capability from tasks where id = $1');

/** The states a task has been in, from its audit, which has no gap. */
export async function path(database: Database, id: string): Promise<string> {
  const entries = await database.run<Entry>(HISTORY, [id, 'task']);
  expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
  return entries.map((entry) => entry.to).join(' ');
}
