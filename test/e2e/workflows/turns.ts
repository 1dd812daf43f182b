import { type PhaseTimes } from '@baton/contracts';
import { Database, statement } from '@baton/persistence';

/** The work of one item in one stage, by the clock of the machine: milliseconds since 1970. */
interface Turn {
  readonly item: number;
  readonly began: number;
  readonly ended: number;
}

const COMPLETED = statement(
  'e2e-completed-attempts',
  `select s.item_index as index, a.details
     from workflow_steps s join audit a on a.subject = 'task' and a.subject_id = s.task_id and a.to_state = 'completed'
    where s.workflow_id = $1 and s.step_id = $2 order by s.item_index`,
);
const FOLLOWED = statement(
  'e2e-followed',
  `select count(*)::int as n from tasks where workflow_id = $1 and follows is not null and state = 'completed'`,
);

/** What each stage of a pipeline has done, in the order of its beginning, as the agents told it with their results. */
export async function turnsOf(databaseUrl: string, run: { id: string; step: string; stages: number }) {
  const database = new Database({ url: databaseUrl, name: 'e2e-turns', connections: 1 });
  try {
    const rows = await database.run<{ index: number; details: string }>(COMPLETED, [run.id, run.step]);
    const [followed] = await database.run<{ n: number }>(FOLLOWED, [run.id]);
    const turns = Array.from({ length: run.stages }, () => [] as Turn[]);
    for (const { index, details } of rows) {
      const { executing, completed } = (JSON.parse(details) as { phases: PhaseTimes }).phases;
      const [began, ended] = [executing, completed].map((time) => Date.parse(time ?? '')) as [number, number];
      turns[index % run.stages]?.push({ item: Math.floor(index / run.stages), began, ended });
    }
    for (const stage of turns) stage.sort((a, b) => a.began - b.began || a.item - b.item);
    return { turns, followed: followed?.n ?? 0 };
  } finally {
    await database.close();
  }
}
