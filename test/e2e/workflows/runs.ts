import { type Workflow, type WorkflowStep } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { type ApiClient } from '../api-client';

/** A client that is given a new door when the one it used is gone. */
type Door = () => ApiClient;

/** Creates and starts a run; resolves with its id. Throws unless it is accepted. */
export async function startRun(door: Door, definition: object): Promise<string> {
  const created = await door().call<Workflow>('POST', '/api/workflows', { definition, start: true });
  if (created.status !== 201) throw new Error(`refused: ${created.status} ${JSON.stringify(created.body)}`);
  return created.body.id;
}

type Seen = Omit<Workflow, 'steps'>;

async function get<Body>(door: Door, path: string): Promise<Body> {
  const { status, body } = await door().get<Body>(path);
  if (status !== 200) throw new Error(`${status} for ${path}`);
  return body;
}

/** Without its steps. */
const look = (door: Door, id: string): Promise<Seen> => get<Seen>(door, `/api/workflows/${id}?steps=false`);

/** With all of its steps. */
export const runOf = (door: Door, id: string): Promise<Workflow> => get<Workflow>(door, `/api/workflows/${id}`);

/** Waits until as many of its steps have completed. */
export async function reaches(door: Door, id: string, completed: number): Promise<void> {
  await eventually(async () => (await look(door, id)).progress.completed >= completed, {
    timeoutMs: 60_000,
    everyMs: 20,
  });
}

/** Waits until it has ended; gives it without its steps. */
export async function endOf(door: Door, id: string, timeoutMs = 120_000): Promise<Seen> {
  return eventually(
    async () => {
      const run = await look(door, id);
      if (run.finishedAt === null) throw new Error(`${id} is ${run.state}: ${JSON.stringify(run.progress)}`);
      return run;
    },
    { timeoutMs, everyMs: 200 },
  );
}

/** Every step began after what it needs had ended. */
export function expectInOrder(steps: readonly WorkflowStep[]): void {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const early = steps.flatMap(({ id, needs, startedAt }) =>
    needs
      .filter((need) => Date.parse(byId.get(need)?.finishedAt ?? '') > Date.parse(startedAt ?? ''))
      .map((need) => `${id} before ${need}`),
  );
  expect(early).toEqual([]);
}
